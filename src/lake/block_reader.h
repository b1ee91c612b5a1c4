/// Rows of a pending block.
#pragma once

#include <algorithm>
#include <functional>
#include <span>
#include <type_traits>
#include <vector>

#include "lake/data_columns.h"
#include "lake/pieces.h"
#include "store/pending_codec.h"

namespace dagy::lake {

constexpr size_t kSliceRowsMax = 8192;

template <class Row>
using Take = std::function<bool(std::span<const Row>)>;

template <class Row>
std::vector<Row> DecodeBlock(const store::PendingBlock& block) {
    if constexpr (std::is_same_v<Row, model::LogRow>)
        return store::DecodeLogs(block.payload, block.first_row);
    else if constexpr (std::is_same_v<Row, model::ErrorRow>)
        return store::DecodeErrors(block.payload, block.first_row);
    else
        return store::DecodeData(block.payload, block.first_row);
}

/// Data rows become canonical, as they are in chunks. Hands the rows that lie in `range` over in slices; false if
/// `take` had enough.
template <class Row>
bool ReadBlock(const store::PendingBlock& block, RowRange range, const Take<Row>& take) {
    std::vector<Row> rows = DecodeBlock<Row>(block);
    if constexpr (std::is_same_v<Row, model::DataRow>)
        for (Row& row : rows) row.columns = Canonical(std::move(row.columns));
    const auto place = [&](int64_t row) {
        return static_cast<size_t>(std::clamp<int64_t>(row - block.first_row, 0, static_cast<int64_t>(rows.size())));
    };
    const size_t end = place(EndOf(range));
    for (size_t at = place(range.first); at < end; at += kSliceRowsMax)
        if (!take(std::span<const Row>(rows).subspan(at, std::min(kSliceRowsMax, end - at)))) return false;
    return true;
}

}  // namespace dagy::lake
