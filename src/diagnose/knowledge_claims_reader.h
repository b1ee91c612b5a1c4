/// Reads the file of claims (YAML).
#pragma once

#include <string_view>
#include <vector>

#include "diagnose/knowledge_tables.h"

namespace dagy::diagnose {

/// `things` and `states` (name → regex), `claims` (`things`, `states`, `code`, optionally `score`, `yes`, `no`). Good
/// ones are added to `tables.claims`; each fault is listed. Regexes are tried only if `checks_regexes`.
void LoadClaims(Knowledge::Tables& tables, std::string_view name, std::string_view content, bool checks_regexes,
                std::vector<KnowledgeFault>& faults);

}  // namespace dagy::diagnose
