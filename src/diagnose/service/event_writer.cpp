#include "diagnose/service/event_writer.h"

#include <utility>

#include "base/json.h"

namespace dagy::diagnose {

store::DiagnosisEvent TextDelta(const std::string& text, Time now) {
    return {0, "text_delta", json::serialize(json::object{{"text", text + "\n"}}), now};
}

void EventWriter::Tell(const std::string& text) {
    bool at_once = false;
    {
        std::lock_guard lock(mutex_);
        if (closed_) return;
        if (waiting_.empty()) oldest_ = std::chrono::steady_clock::now();
        waiting_.push_back(TextDelta(text, clock_.Now()));
        at_once = !std::exchange(told_any_, true);
    }
    if (at_once) Flush();
}

EventWriter::SteadyTime EventWriter::DueAt() const {
    std::lock_guard lock(mutex_);
    return waiting_.empty() || closed_ ? SteadyTime::max() : oldest_ + batch_;
}

void EventWriter::FlushIfDue(SteadyTime now) {
    if (DueAt() <= now) Flush();
}

void EventWriter::Flush() {
    std::lock_guard order(order_);
    std::vector<store::DiagnosisEvent> batch;
    {
        std::lock_guard lock(mutex_);
        if (closed_) return;
        batch.swap(waiting_);
    }
    if (!batch.empty()) store_.Advance(id_, model::DiagnosisState::kRunning, batch, std::nullopt, {}, clock_.Now());
}

void EventWriter::Finish(model::DiagnosisState state, std::vector<store::DiagnosisEvent> events,
                         const std::optional<std::string>& result, const std::string& evidence_hash,
                         const std::string& error_code, const std::string& error_message) {
    std::lock_guard order(order_);
    std::vector<store::DiagnosisEvent> last;
    {
        std::lock_guard lock(mutex_);
        if (std::exchange(closed_, true)) return;
        last.swap(waiting_);
    }
    for (auto& event : events) last.push_back(std::move(event));
    store_.Advance(id_, state, last, result, evidence_hash, clock_.Now(), error_code, error_message);
}

void EventWriter::Abandon() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    waiting_.clear();
}

}  // namespace dagy::diagnose
