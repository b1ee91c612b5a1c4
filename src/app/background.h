/// Housekeeping of a serving process: settles pending records into Parquet and clears what a crash left behind.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "lake/lake.h"
#include "store/event_log.h"

namespace dagy::app {

/// Runs from construction to destruction on a thread of its own.
class Housekeeper {
  public:
    Housekeeper(lake::Lake& lake, store::EventLog& events);
    ~Housekeeper();

  private:
    void Run();
    /// Until `seconds` have passed or the process stops; true if it goes on.
    bool Pause(std::chrono::seconds seconds);

    lake::Lake& lake_;
    store::EventLog& events_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stop_ = false;
    std::thread thread_;
};

}  // namespace dagy::app
