#include "api/stream_slots.h"

#include <fmt/format.h>

#include "api/problem.h"

namespace dagy::api {

std::shared_ptr<StreamSlots::Slot> StreamSlots::Take(const std::string& who) {
    {
        const std::lock_guard lock(mutex_);
        size_t& mine = open_[who];
        if (mine >= each_max_ || all_ >= all_max_) {
            const std::string detail =
                mine >= each_max_ ? fmt::format("{} streams are open for this identity, the most there may be", mine)
                                  : fmt::format("{} streams are open on this server, the most there may be", all_);
            if (mine == 0) open_.erase(who);
            throw ProblemError({.code = "too_many_streams",
                                .detail = detail + "; close one first",
                                .headers = {{"Retry-After", "5"}}});
        }
        ++mine;
        ++all_;
    }
    return std::make_shared<Slot>(shared_from_this(), who);
}

size_t StreamSlots::open() const {
    const std::lock_guard lock(mutex_);
    return all_;
}

void StreamSlots::Free(const std::string& who) {
    const std::lock_guard lock(mutex_);
    --all_;
    const auto mine = open_.find(who);
    if (--mine->second == 0) open_.erase(mine);
}

}  // namespace dagy::api
