/// A look at the texts of a chunk of logs as they are in the file: whole pages at once, before any of them is a row.
#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <vector>

#include "lake/lake.h"
#include "lake/term_matcher.h"
#include "store/record_store.h"

namespace dagy::lake {

/// The parts of `range` that may hold the term, in order: row groups whose pages do not have it are left out. Nothing
/// if the file does not tell (then all of it is to be looked at). Where most row groups may have it, the rest is not
/// asked. The file is the chunk's, and known to be sound.
std::optional<std::vector<RowRange>> Sieve(const std::filesystem::path& file, const store::Chunk& chunk, RowRange range,
                                           const TermMatcher& term, const std::stop_token& stop);

}  // namespace dagy::lake
