/// The spine: what happened, in one order, for everybody who follows it with a durable cursor.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"

namespace dagy::store {

/// `kind`: `run.created run.state task.state records.appended dag.version source_event diagnosis.requested
/// diagnosis.state …`.
struct LoggedEvent {
    int64_t seq = 0;  ///< strictly increasing; gaps mean nothing
    Time at{};
    std::string org;
    std::string deployment;
    std::string kind;
    std::string dag_id, run_id, task_id;  ///< empty: none
    json::object body;
};

/// Thread-safe. Appending happens inside the transaction that causes the event (see ingest_store.h, diagnosis_store.h),
/// never alone.
class EventLog {
  public:
    virtual ~EventLog() = default;

    /// Events with seq > `after`, oldest first, at most `limit`.
    virtual std::vector<LoggedEvent> Read(int64_t after, size_t limit) = 0;
    virtual int64_t LastSeq() = 0;

    /// A follower's place. `Load` is 0 for a name never saved. Saving a smaller seq than saved is refused with
    /// kConflict.
    virtual int64_t LoadCursor(const std::string& name) = 0;
    virtual void SaveCursor(const std::string& name, int64_t seq) = 0;

    /// Blocks until an event after `after` exists (true) or `deadline` passes or Stop was called (false). Other
    /// processes' commits are seen too, within 250 ms.
    virtual bool WaitAfter(int64_t after, std::chrono::steady_clock::time_point deadline) = 0;
    /// Wakes all waiters, now and later; for shutdown.
    virtual void Stop() = 0;
};

}  // namespace dagy::store
