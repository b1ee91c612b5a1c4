#include "lake/backlog.h"

#include "lake/data_table.h"
#include "lake/error_table.h"
#include "lake/log_table.h"

namespace dagy::lake {
namespace {

constexpr size_t kPlacesMax = 4096;
constexpr size_t kRowBytes = 32;  // what a row costs besides its text

template <class Rows>
size_t BytesOf(const Rows& rows) {
    size_t bytes = rows.size() * kRowBytes;
    for (const auto& row : rows) bytes += TextBytes(row);
    return bytes;
}

}  // namespace

bool Backlog::Add(const model::Scope& scope, const model::RecordGroup& group) {
    const size_t bytes = BytesOf(group.logs) + BytesOf(group.errors) + BytesOf(group.data);
    const std::lock_guard lock(mutex_);
    // Many places are many small ones; the few that are big go on being counted.
    if (bytes_.size() >= kPlacesMax)
        std::erase_if(bytes_, [&](const auto& place) { return place.second < bytes_max_ / 8; });
    if (bytes_.size() >= kPlacesMax) bytes_.clear();
    const auto [place, unused] =
        bytes_.try_emplace({scope.org, scope.deployment, group.run, group.phase, group.attempt}, 0);
    place->second += bytes;
    if (place->second < bytes_max_) return false;
    bytes_.erase(place);
    return true;
}

}  // namespace dagy::lake
