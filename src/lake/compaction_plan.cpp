#include "lake/compaction_plan.h"

#include <algorithm>

namespace dagy::lake {
namespace {

constexpr int64_t kRowsMax = 262144;
constexpr int64_t kBytesMax = int64_t{32} << 20;

}  // namespace

std::optional<Merge> NextMerge(std::span<const store::Chunk> chunks, size_t from, Eagerness eagerness) {
    for (size_t first = from; first + 1 < chunks.size(); ++first) {
        int64_t rows = 0, bytes = 0, largest = 0;
        size_t end = first;
        for (; end < chunks.size(); ++end) {
            const store::Chunk& chunk = chunks[end];
            const bool follows = end == first || chunk.first_row == chunks[end - 1].first_row + chunks[end - 1].rows;
            if (!follows || rows + chunk.rows > kRowsMax || bytes + chunk.bytes > kBytesMax) break;
            rows += chunk.rows;
            bytes += chunk.bytes;
            largest = std::max(largest, chunk.rows);
        }
        const size_t count = end - first;
        if (count >= 2 && (eagerness == Eagerness::kAlways || largest <= rows / 2)) return Merge{first, count};
    }
    return std::nullopt;
}

}  // namespace dagy::lake
