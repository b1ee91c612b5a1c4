/// Which chunks are worth making one; pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "store/record_store.h"

namespace dagy::lake {

/// Chunks [first, first + count) of a list.
struct Merge {
    size_t first = 0;
    size_t count = 0;
};

enum class Eagerness {
    kWhenItPays,  ///< only where no chunk holds more than half of the rows, so that each rewrite doubles a row's chunk
    kAlways       ///< whatever fits together
};

/// The first neighbours from index `from` on that fit together (rows and bytes of a chunk are bounded) and are worth
/// it. `chunks` by first row.
std::optional<Merge> NextMerge(std::span<const store::Chunk> chunks, size_t from, Eagerness eagerness);

}  // namespace dagy::lake
