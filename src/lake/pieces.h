/// The parts of which a phase's records consist, in row order.
#pragma once

#include <vector>

#include "lake/lake.h"
#include "store/record_store.h"

namespace dagy::lake {

/// A chunk or a pending block; exactly one of the two is set. Points into the view.
struct Piece {
    int64_t first_row = 0;
    int64_t rows = 0;
    const store::Chunk* chunk = nullptr;
    const store::PendingBlock* block = nullptr;
};

/// What of the view lies in `range`, by first row.
std::vector<Piece> PiecesOf(const store::RecordView& view, RowRange range = {});
int64_t CountRows(const store::RecordView& view);

/// [first, end) of `range`, without overflow.
inline int64_t EndOf(RowRange range) {
    return range.count > INT64_MAX - range.first ? INT64_MAX : range.first + range.count;
}

}  // namespace dagy::lake
