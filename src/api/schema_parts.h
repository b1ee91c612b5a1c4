/// Schemas that are kept apart from schemas.cpp, which merges them: each a JSON object of name → schema.
#pragma once

#include <string_view>

namespace dagy::api {

extern const std::string_view kArtifactSchemas;
extern const std::string_view kDagHistorySchemas;

extern const std::string_view kSearchSchemas;

}  // namespace dagy::api
