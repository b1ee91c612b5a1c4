/// A diagnosis as a page of Markdown, for tickets and chats.
#pragma once

#include <string>

#include "base/json.h"

namespace dagy::api {

/// What is absent is left out. Text of the diagnosis is escaped; log excerpts are fenced.
std::string DiagnosisMarkdown(const json::object& diagnosis);

}  // namespace dagy::api
