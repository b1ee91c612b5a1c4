/// A look at the texts of a chunk of logs as they are in the file: whole pages at once, before any of them is a row.
#pragma once

#include <algorithm>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <vector>

#include "lake/lake.h"
#include "lake/term_matcher.h"
#include "store/record_store.h"

namespace dagy::lake {

/// What a search learns from chunk to chunk: where all of them may have the term, most need not be asked.
class SieveLuck {
  public:
    /// Whether the next chunk is worth a look.
    bool WorthIt() {
        if (to_pass_ == 0) return true;
        --to_pass_;
        return false;
    }
    void Learn(bool hopeless) {
        passes_ = hopeless ? std::min(2 * passes_ + 1, kPassesMax) : 0;
        to_pass_ = passes_;
    }

  private:
    static constexpr int kPassesMax = 7;

    int passes_ = 0, to_pass_ = 0;
};

/// The parts of `range` that may hold the term, in order: row groups whose pages do not have it are left out. Nothing
/// if the file does not tell (then all of it is to be looked at). Where most row groups may have it, the rest is not
/// asked, and nothing is told of most chunks that follow. The file is the chunk's, and known to be sound.
std::optional<std::vector<RowRange>> Sieve(const std::filesystem::path& file, const store::Chunk& chunk, RowRange range,
                                           const TermMatcher& term, const std::stop_token& stop, SieveLuck& luck);

}  // namespace dagy::lake
