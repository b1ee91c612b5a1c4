#include "app/background.h"

#include <spdlog/spdlog.h>

#include "base/error.h"

namespace dagy::app {
namespace {

constexpr std::chrono::seconds kQuiet{5};        // rows that are still being written settle together
constexpr std::chrono::seconds kAfterFault{30};  // a full disk does not get better by asking it often
constexpr size_t kPhasesARound = 64;

}  // namespace

Housekeeper::Housekeeper(lake::Lake& lake, store::EventLog& events)
    : lake_(lake), events_(events), thread_([this] { Run(); }) {}

Housekeeper::~Housekeeper() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

bool Housekeeper::Pause(std::chrono::seconds seconds) {
    std::unique_lock lock(mutex_);
    return !wake_.wait_for(lock, seconds, [this] { return stop_; });
}

void Housekeeper::Run() {
    bool cleared = false;
    int64_t settled_to = -1;
    for (std::chrono::seconds pause = kQuiet; Pause(pause);) {
        try {
            if (!cleared) lake_.ClearOrphans();
            cleared = true;
            const int64_t last = events_.LastSeq();
            pause = kQuiet;
            if (last == settled_to) continue;
            // Less than a full round: all that was there is settled, and nothing is to be done until something happens.
            if (lake_.SettleSome(kPhasesARound) < kPhasesARound)
                settled_to = last;
            else
                pause = std::chrono::seconds{0};
        } catch (const Error& error) {
            spdlog::warn("housekeeping: {} {}", error.detail(), error.internal());
            pause = kAfterFault;
        }
    }
}

}  // namespace dagy::app
