/// Reads a file of patterns (YAML).
#pragma once

#include <string_view>
#include <vector>

#include "diagnose/knowledge_tables.h"

namespace dagy::diagnose {

/// A list of rules: `id`, `code` (or `table`), `match`, and optionally `score`, `class`, `case`, `yes`, `no`. Good ones
/// are added to `tables.patterns`; each fault is listed with its line. Regexes are tried only if `checks_regexes`.
void LoadRules(Knowledge::Tables& tables, std::string_view name, std::string_view content, bool checks_regexes,
               std::vector<KnowledgeFault>& faults);

}  // namespace dagy::diagnose
