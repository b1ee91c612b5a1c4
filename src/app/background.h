/// Housekeeping of a serving process: settles pending records into Parquet, merges small chunks, indexes what
/// keyword search reads, tallies the days that are over, deletes what is old and clears what a crash left behind.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "lake/lake.h"
#include "store/event_log.h"
#include "store/upkeep_store.h"

namespace dagy::app {

/// Runs from construction to destruction on a thread of its own.
class Housekeeper {
  public:
    /// `retention_days` is of dags without a setting of their own; 0: for ever.
    Housekeeper(lake::Lake& lake, store::EventLog& events, store::UpkeepStore& upkeep, int64_t retention_days);
    ~Housekeeper();

  private:
    using Steady = std::chrono::steady_clock;

    void Run();
    /// How long to wait until the next round.
    std::chrono::seconds Round();
    bool Settle();
    void Sweep();
    void Retain();
    void Tally();
    /// Until `seconds` have passed or the process stops; true if it goes on.
    bool Pause(std::chrono::seconds seconds);
    bool Going();

    lake::Lake& lake_;
    store::EventLog& events_;
    store::UpkeepStore& upkeep_;
    const int64_t retention_days_;
    int64_t settled_to_ = -1;
    Steady::time_point garbage_due_{}, sweep_due_{}, retain_due_{}, tally_due_{};
    bool swept_ = false;

    std::mutex mutex_;
    std::condition_variable wake_;
    bool stop_ = false;
    std::thread thread_;
};

}  // namespace dagy::app
