#include "api/sse_hub.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <exception>
#include <set>
#include <utility>

#include "api/event_stream.h"
#include "base/error.h"
#include "base/json.h"
#include "net/sse.h"

namespace dagy::api {
namespace {

using Steady = std::chrono::steady_clock;

/// How long the store is followed before Stop is looked at again, should the store not have been stopped first.
constexpr std::chrono::milliseconds kWatchSlice{250};

/// -1 for text that no id is written like.
int64_t ParseId(const std::string& text) {
    int64_t id = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), id);
    return failed == std::errc{} && end == text.data() + text.size() && id >= 0 ? id : -1;
}

bool EndsStream(const store::DiagnosisEvent& event) {
    return event.event == "end" || event.event == "error";
}

}  // namespace

struct SseHub::Stream : EventStream {
    std::string diagnosis;
    model::Scope scope;
    int64_t after = 0;  ///< delivered up to here; -1: asked for an id that is none
};

SseHub::SseHub(store::DiagnosisStore& diagnoses, const Clock& clock, SseOptions options)
    : diagnoses_(diagnoses),
      clock_(clock),
      options_(options),
      slots_(std::make_shared<StreamSlots>(options.streams_each_max, options.streams_max)),
      watcher_([this] { Watch(); }),
      thread_([this] { Run(); }) {}

SseHub::~SseHub() {
    Stop();
}

void SseHub::Stop() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    wake_.notify_all();
    if (watcher_.joinable()) watcher_.join();
    if (thread_.joinable()) thread_.join();
}

net::Response SseHub::Open(StreamRequest request) {
    auto stream = std::make_shared<Stream>();
    stream->slot = slots_->Take(request.identity);
    stream->diagnosis = std::move(request.diagnosis);
    stream->scope = std::move(request.scope);
    if (request.last_event_id) stream->after = ParseId(*request.last_event_id);

    return StreamingAnswer(stream, [this, stream] { Join(stream); });
}

void SseHub::Join(std::shared_ptr<Stream> stream) {
    {
        const std::lock_guard lock(mutex_);
        if (!stop_) {
            joining_.push_back(std::move(stream));
            stream = nullptr;
        }
    }
    if (stream) return stream->Close();
    wake_.notify_all();
}

/// Waits in the store, so that the hub itself can also be woken by a stream that joins.
void SseHub::Watch() {
    uint64_t seen = 0;
    std::unique_lock lock(mutex_);
    while (!stop_) {
        lock.unlock();
        const uint64_t now = diagnoses_.WaitAnyEvents(seen, Steady::now() + kWatchSlice);
        lock.lock();
        if (now == seen) continue;
        seen = now;
        moved_ = true;
        wake_.notify_all();
    }
}

void SseHub::Run() {
    const auto beat_every = std::max<std::chrono::milliseconds>(options_.heartbeat / 4, std::chrono::milliseconds(1));
    auto next_beat = Steady::now() + beat_every;
    while (true) {
        std::set<std::string> dirty;
        bool moved = false;
        {
            std::unique_lock lock(mutex_);
            wake_.wait_until(lock, next_beat, [this] { return stop_ || moved_ || !joining_.empty(); });
            if (stop_) break;
            moved = std::exchange(moved_, false);
            for (auto& stream : std::exchange(joining_, {})) {
                dirty.insert(stream->diagnosis);
                open_[stream->diagnosis].push_back(std::move(stream));
            }
        }
        const bool beat = Steady::now() >= next_beat;
        if (beat) next_beat = Steady::now() + beat_every;
        for (auto& [diagnosis, streams] : open_) {
            if (moved || dirty.contains(diagnosis)) Pump(diagnosis, streams);
            if (beat) Beat(streams);
            std::erase_if(streams, [](const auto& stream) { return stream->done || stream->writer->Gone(); });
        }
        std::erase_if(open_, [](const auto& group) { return group.second.empty(); });
    }
    CloseAll();
}

void SseHub::CloseAll() {
    const std::lock_guard lock(mutex_);
    for (auto& stream : joining_) stream->Close();
    for (auto& [diagnosis, streams] : open_) {
        for (auto& stream : streams) stream->Close();
    }
    joining_.clear();
    open_.clear();
}

/// A store that fails now is asked again when it moves or a stream joins; heartbeats go on meanwhile.
void SseHub::Pump(const std::string& diagnosis, Streams& streams) {
    try {
        Deliver(diagnosis, streams);
    } catch (const std::exception& failed) {
        spdlog::warn("events of {} cannot be read now: {}", diagnosis, failed.what());
    }
    // A stream that is taken up after the last event of a run that has ended: it is over as it begins.
    for (auto& stream : streams) {
        if (std::exchange(stream->fresh, false) && !stream->done && Abandoned(*stream)) stream->Close();
    }
}

/// Streams that stand at the same place share one read, from the one furthest behind on.
void SseHub::Deliver(const std::string& diagnosis, Streams& streams) {
    std::set<int64_t> places;
    for (const auto& stream : streams) places.insert(stream->after);
    while (!places.empty()) {
        const int64_t place = *places.begin();
        places.erase(places.begin());
        bool known = false;
        std::vector<store::DiagnosisEvent> events;
        if (place >= 0) events = diagnoses_.Events(diagnosis, place, options_.events_a_read, &known);
        if (!known && place != 0) {
            for (auto& stream : streams) {
                if (stream->done || stream->after != place) continue;
                stream->Write(net::FormatSse({.event = "reset", .data = "{}"}));
                stream->after = 0;
            }
            places.insert(0);
            continue;
        }
        for (const store::DiagnosisEvent& event : events) {
            const std::string bytes =
                net::FormatSse({.id = std::to_string(event.id), .event = event.event, .data = event.data});
            // Those that stood exactly before it; a place between two events would be an id that never was.
            for (auto& stream : streams) {
                if (stream->done || stream->after != (&event == &events.front() ? place : (&event - 1)->id)) continue;
                stream->Write(bytes);
                stream->after = event.id;
                if (EndsStream(event) && !stream->done) stream->Close();
            }
        }
        if (events.empty()) continue;
        std::erase_if(places, [&](int64_t other) {
            return std::ranges::find(events, other, &store::DiagnosisEvent::id) != events.end();
        });
        if (events.size() == options_.events_a_read) places.insert(events.back().id);
    }
}

void SseHub::Beat(Streams& streams) {
    const auto now = Steady::now();
    for (auto& stream : streams) {
        if (stream->done || now - stream->last_write < options_.heartbeat) continue;
        if (Abandoned(*stream)) {
            stream->Close();
            continue;
        }
        stream->Write(net::FormatSse(
            {.event = "heartbeat", .data = json::serialize(json::object{{"ts", FormatTime(clock_.Now())}})}));
    }
}

/// A run that ended without a last event, or that is no longer there: nothing will come.
bool SseHub::Abandoned(const Stream& stream) {
    try {
        const auto run = diagnoses_.Find(stream.scope, stream.diagnosis);
        bool known = false;
        return !run ||
               (model::Ended(run->state) && diagnoses_.Events(stream.diagnosis, stream.after, 1, &known).empty());
    } catch (const std::exception& failed) {
        spdlog::warn("the state of {} cannot be read now: {}", stream.diagnosis, failed.what());
        return false;
    }
}

}  // namespace dagy::api
