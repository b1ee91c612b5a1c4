/// Diagnosis events to all who watch: one thread follows the store for every open stream.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "api/stream_slots.h"
#include "base/time.h"
#include "net/http.h"
#include "store/diagnosis_store.h"

namespace dagy::api {

struct SseOptions {
    std::chrono::milliseconds heartbeat{15000};  ///< after so much silence
    size_t streams_each_max = 2500;              ///< of one identity
    size_t streams_max = 8000;
    size_t events_a_read = 512;
};

/// A stream that is to be opened.
struct StreamRequest {
    std::string diagnosis;  ///< a diagnosis run that exists
    model::Scope scope;
    std::string identity;                      ///< whose limit it counts against
    std::optional<std::string> last_event_id;  ///< as sent; nothing: from the start
};

/// Thread-safe. Each stream gets every event after its last id exactly once and in order, then is closed after `end` or
/// `error`. An id that is no id of this run gets `event: reset` and everything. Slow readers are dropped by the
/// transport's limit.
class SseHub {
  public:
    SseHub(store::DiagnosisStore& diagnoses, const Clock& clock, SseOptions options = {});
    ~SseHub();

    /// The answer that streams. Throws ProblemError too_many_streams.
    net::Response Open(StreamRequest request);
    size_t open_streams() const { return slots_->open(); }
    /// For other streams, so that the limits hold for all together.
    const std::shared_ptr<StreamSlots>& slots() const { return slots_; }

    /// Closes every stream; later ones are closed at once.
    void Stop();

  private:
    struct Stream;
    using Streams = std::vector<std::shared_ptr<Stream>>;

    void Join(std::shared_ptr<Stream> stream);
    void Watch();
    void Run();
    void Pump(const std::string& diagnosis, Streams& streams);
    void Deliver(const std::string& diagnosis, Streams& streams);
    void Beat(Streams& streams);
    bool Abandoned(const Stream& stream);
    void CloseAll();

    store::DiagnosisStore& diagnoses_;
    const Clock& clock_;
    const SseOptions options_;
    std::shared_ptr<StreamSlots> slots_;

    std::mutex mutex_;
    std::condition_variable wake_;
    Streams joining_;
    bool moved_ = false;
    bool stop_ = false;

    std::map<std::string, Streams> open_;  ///< the hub thread's own
    std::thread watcher_;
    std::thread thread_;
};

}  // namespace dagy::api
