/// Log lines of phases that are still being written, to all who follow: one thread writes for every open stream, woken
/// by the event log.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "api/stream_slots.h"
#include "base/time.h"
#include "lake/lake.h"
#include "net/http.h"
#include "store/event_log.h"
#include "store/run_store.h"

namespace dagy::api {

struct LogStreamOptions {
    std::chrono::milliseconds heartbeat{15000};  ///< after so much silence
    std::chrono::milliseconds stalled{60000};    ///< a reader that takes nothing for so long is let go
    size_t rows_a_turn = 1000;
    size_t bytes_a_turn = size_t{1} << 20;
    size_t bytes_behind_max = size_t{1} << 20;  ///< queued for a reader before the next turn waits
};

/// A stream that is to be opened.
struct LogStreamRequest {
    model::PhaseRef ref;   ///< a phase attempt that exists
    std::string identity;  ///< whose limit it counts against
    int64_t from_row = 0;
    std::optional<model::Level> level;         ///< exactly this one
    std::optional<std::string> keyword;        ///< case-insensitive substring of the message
    std::optional<std::string> last_event_id;  ///< as sent: the row that was read last; wins over from_row
};

/// Thread-safe. Each stream gets every row that it asked for from its place on exactly once and in order (`id`: the
/// row, `event: log`, `data`: the row as a page has it), then `event: end` when the attempt is over, and is closed. An
/// id that is no row gets `event: reset` and starts at `from_row`; a storage that fails ends it with `event: error`. A
/// slow reader is written to at its own pace and holds up nobody.
class LogStreamHub {
  public:
    LogStreamHub(store::EventLog& events, store::RunStore& runs, lake::Lake& lake, const Clock& clock,
                 std::shared_ptr<StreamSlots> slots, LogStreamOptions options = {});
    ~LogStreamHub();

    /// The answer that streams. Throws ProblemError too_many_streams.
    net::Response Open(LogStreamRequest request);

    /// Closes every stream; later ones are closed at once.
    void Stop();

  private:
    struct Stream;
    struct Slice;
    using Streams = std::vector<std::shared_ptr<Stream>>;

    void Join(std::shared_ptr<Stream> stream);
    void Watch();
    int64_t Collect(int64_t after);
    void Run();
    bool WaitForWork();
    void Turn();
    void Serve(const Streams& at_one_place);
    Slice ReadSlice(const Stream& like, int64_t first);
    bool IsOver(const model::PhaseRef& ref);
    void StartOf(Stream& stream);
    void Beat();
    void CloseAll();

    store::EventLog& events_;
    store::RunStore& runs_;
    lake::Lake& lake_;
    const Clock& clock_;
    const LogStreamOptions options_;
    const std::shared_ptr<StreamSlots> slots_;

    std::mutex mutex_;
    std::condition_variable wake_;
    Streams joining_;
    std::set<int64_t> moved_runs_;
    size_t open_count_ = 0;
    bool stop_ = false;

    Streams open_;  ///< the hub thread's own, as what follows
    std::chrono::steady_clock::time_point next_beat_;
    std::thread watcher_;
    std::thread thread_;
};

}  // namespace dagy::api
