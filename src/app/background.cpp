#include "app/background.h"

#include <malloc.h>
#include <spdlog/spdlog.h>

#include "base/error.h"
#include "base/time.h"
#include "lake/upkeep.h"

namespace dagy::app {
namespace {

constexpr std::chrono::seconds kFirst{1};        // a start has other things to do
constexpr std::chrono::seconds kQuiet{5};        // rows that are still being written settle together
constexpr std::chrono::seconds kAfterFault{30};  // a full disk does not get better by asking it often
constexpr std::chrono::minutes kGarbageEvery{1};
constexpr std::chrono::hours kRetainEvery{1};
constexpr std::chrono::hours kSweepAgain{1};  // what was too young to be called an orphan at the start
constexpr std::chrono::hours kSweepEvery{24};
constexpr size_t kPhasesARound = 64;
constexpr size_t kMergesARound = 16;
constexpr size_t kRunsARound = 128;
constexpr std::chrono::seconds kTallyEvery{5};  // an import of old runs changes its days again and again
constexpr std::chrono::milliseconds kTallyFor{500};
constexpr size_t kDaysATime = 16;

}  // namespace

Housekeeper::Housekeeper(lake::Lake& lake, store::EventLog& events, store::UpkeepStore& upkeep, int64_t retention_days)
    : lake_(lake), events_(events), upkeep_(upkeep), retention_days_(retention_days), thread_([this] { Run(); }) {}

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

bool Housekeeper::Going() {
    const std::lock_guard lock(mutex_);
    return !stop_;
}

void Housekeeper::Run() {
    for (std::chrono::seconds pause = kFirst; Pause(pause);) {
        try {
            pause = Round();
        } catch (const Error& error) {
            spdlog::warn("housekeeping: {} {}", error.detail(), error.internal());
            pause = kAfterFault;
        }
    }
}

std::chrono::seconds Housekeeper::Round() {
    const bool more_to_settle = Settle();
    const bool more_to_merge = Going() && lake_.upkeep().CompactSome(kMergesARound);
    if (Steady::now() >= garbage_due_) {
        lake_.upkeep().ClearGarbage();
        garbage_due_ = Steady::now() + kGarbageEvery;
    }
    if (Steady::now() >= sweep_due_) Sweep();
    if (Steady::now() >= retain_due_) Retain();
    if (Steady::now() >= tally_due_) Tally();
    const bool more_to_index = Going() && lake_.IndexSome(kPhasesARound) > 0;  // last: what is merged goes in once
    const bool more_to_filter = Going() && lake_.FilterSome(kRunsARound) > 0;
    if (more_to_settle || more_to_merge || more_to_index || more_to_filter) return std::chrono::seconds{0};
    malloc_trim(0);  // what the last burst of requests has left behind goes back to the system
    return kQuiet;
}

// Less than a full round: all that was there is settled, and nothing is to be done until something happens.
bool Housekeeper::Settle() {
    const int64_t last = events_.LastSeq();
    if (last == settled_to_) return false;
    if (lake_.SettleSome(kPhasesARound) >= kPhasesARound) return true;
    settled_to_ = last;
    return false;
}

void Housekeeper::Sweep() {
    lake_.ClearOrphans();
    sweep_due_ = Steady::now() + (swept_ ? kSweepEvery : kSweepAgain);
    swept_ = true;
}

void Housekeeper::Tally() {
    const std::string today = FormatDate(SystemClock().Now());
    const auto enough = Steady::now() + kTallyFor;
    while (Going() && upkeep_.TallyDays(today, kDaysATime) == kDaysATime && Steady::now() < enough) {
    }
    tally_due_ = Steady::now() + kTallyEvery;
}

void Housekeeper::Retain() {
    const lake::RetainReport report =
        lake_.upkeep().Retain({.default_days = retention_days_}, [this](const json::object&) { return Going(); });
    if (report.deleted > 0) spdlog::info("retention: {} runs with {} rows were deleted", report.deleted, report.rows);
    retain_due_ = Steady::now() + kRetainEvery;
}

}  // namespace dagy::app
