#include "lake/pieces.h"

#include <algorithm>

namespace dagy::lake {

std::vector<Piece> PiecesOf(const store::RecordView& view, RowRange range) {
    std::vector<Piece> pieces;
    const auto add = [&](Piece piece) {
        if (piece.first_row < EndOf(range) && piece.first_row + piece.rows > range.first) pieces.push_back(piece);
    };
    for (const store::Chunk& chunk : view.chunks) add({chunk.first_row, chunk.rows, &chunk, nullptr});
    for (const store::PendingBlock& block : view.blocks) add({block.first_row, block.rows, nullptr, &block});
    std::sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) { return a.first_row < b.first_row; });
    return pieces;
}

int64_t CountRows(const store::RecordView& view) {
    int64_t rows = 0;
    for (const store::Chunk& chunk : view.chunks) rows += chunk.rows;
    for (const store::PendingBlock& block : view.blocks) rows += block.rows;
    return rows;
}

}  // namespace dagy::lake
