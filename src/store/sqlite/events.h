/// EventLog on SQLite.
#pragma once

#include <atomic>

#include "store/event_log.h"
#include "store/sqlite/connections.h"

namespace dagy::store::sqlite {

class SqliteEventLog final : public EventLog {
  public:
    explicit SqliteEventLog(Connections& connections) : connections_(connections) {}

    std::vector<LoggedEvent> Read(int64_t after, size_t limit) override;
    int64_t LastSeq() override;
    int64_t LoadCursor(const std::string& name) override;
    void SaveCursor(const std::string& name, int64_t seq) override;
    bool WaitAfter(int64_t after, std::chrono::steady_clock::time_point deadline) override;
    void Stop() override;

  private:
    Connections& connections_;
    std::atomic<bool> stopped_ = false;
};

}  // namespace dagy::store::sqlite
