/// Writes the stream of one diagnosis run: the first sentence at once, the following ones in small batches.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "base/time.h"
#include "store/diagnosis_store.h"

namespace dagy::diagnose {

/// Thread-safe: the investigation tells, a clock thread flushes what has waited long enough.
class EventWriter {
  public:
    using SteadyTime = std::chrono::steady_clock::time_point;

    EventWriter(store::DiagnosisStore& store, const Clock& clock, std::string id, std::chrono::milliseconds batch)
        : store_(store), clock_(clock), id_(std::move(id)), batch_(batch) {}

    void Tell(const std::string& text);
    /// When the oldest waiting sentence is due; max() if none waits.
    SteadyTime DueAt() const;
    void FlushIfDue(SteadyTime now);

    /// The last word: what waits, then `events`, with the end state. Nothing can be told after it.
    void Finish(model::DiagnosisState state, std::vector<store::DiagnosisEvent> events,
                const std::optional<std::string>& result, const std::string& evidence_hash,
                const std::string& error_code = {}, const std::string& error_message = {});
    /// Drops what waits and everything told later: the run is left as it is, for a restart to take up.
    void Abandon();

  private:
    void Flush();

    store::DiagnosisStore& store_;
    const Clock& clock_;
    const std::string id_;
    const std::chrono::milliseconds batch_;
    std::mutex order_;  ///< held while a batch is written, so that batches keep their order
    mutable std::mutex mutex_;
    std::vector<store::DiagnosisEvent> waiting_;
    SteadyTime oldest_{};
    bool told_any_ = false, closed_ = false;
};

store::DiagnosisEvent TextDelta(const std::string& text, Time now);

}  // namespace dagy::diagnose
