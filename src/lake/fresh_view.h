/// Reading on when a chunk was replaced between looking it up and opening it.
#pragma once

#include <vector>

#include "base/error.h"
#include "store/record_store.h"

namespace dagy::lake {

/// Runs `read`, which takes a view of its own, again as long as it fails with kStorage and the chunks of the phase have
/// changed since the try before: then the chunk that it missed is part of another one now. A chunk that is really
/// damaged costs a second look and is thrown.
template <class Read>
auto WithFreshView(store::RecordStore& records, const model::PhaseRef& ref, model::RecordKind kind, const Read& read) {
    const auto chunks = [&] {
        std::vector<int64_t> ids;
        for (const store::Chunk& chunk : records.View(ref, kind, false).chunks) ids.push_back(chunk.id);
        return ids;
    };
    std::optional<std::vector<int64_t>> seen;
    while (true) {
        try {
            return read();
        } catch (const Error& failed) {
            if (failed.code() != ErrorCode::kStorage) throw;
            std::vector<int64_t> now = chunks();
            if (seen == now) throw;
            seen = std::move(now);
        }
    }
}

}  // namespace dagy::lake
