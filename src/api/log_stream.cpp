#include "api/log_stream.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <tuple>
#include <utility>

#include "api/event_stream.h"
#include "api/log_filter.h"
#include "base/error.h"
#include "base/json.h"
#include "lake/row_json.h"
#include "net/sse.h"

namespace dagy::api {
namespace {

using Steady = std::chrono::steady_clock;

/// How long the event log is followed before Stop is looked at again, should the store not have been stopped first.
constexpr std::chrono::milliseconds kWatchSlice{250};
/// How soon a reader that is behind is looked at again; nobody tells when a socket has drained.
constexpr std::chrono::milliseconds kBehindSlice{20};
constexpr size_t kEventsARead = 512;
/// An event over the transport's limit would drop its reader, again and again: a longer message is cut, and says so.
constexpr size_t kMessageBytesMax = size_t{256} << 10;

/// -1 for text that no row is written like.
int64_t ParseRow(const std::string& text) {
    int64_t row = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), row);
    return failed == std::errc{} && end == text.data() + text.size() && row >= 0 ? row : -1;
}

bool TellsOfAPhase(const store::LoggedEvent& event) {
    if (event.kind == "records.appended") return StringOr(event.body, "kind") == "logs";
    return event.kind == "task.state" || event.kind == "run.state" || event.kind == "phase.updated";
}

std::string Cut(std::string text) {
    size_t end = kMessageBytesMax;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // never through a character
    text.resize(end);
    return text;
}

std::string EventOf(const model::LogRow& row) {
    json::object item = lake::ToItem(row);
    if (row.message.size() > kMessageBytesMax) {
        item["message"] = Cut(row.message);
        item["message_bytes"] = row.message.size();
    }
    return net::FormatSse({.id = std::to_string(row.row), .event = "log", .data = json::serialize(item)});
}

std::string EndEvent(int64_t rows) {
    return net::FormatSse({.event = "end", .data = json::serialize(json::object{{"rows", rows}})});
}

std::string ErrorEvent(std::string_view code, std::string_view message) {
    return net::FormatSse(
        {.event = "error", .data = json::serialize(json::object{{"code", code}, {"message", message}})});
}

}  // namespace

struct LogStreamHub::Stream : EventStream {
    model::PhaseRef ref;
    int64_t next = 0;  ///< row
    std::optional<model::Level> level;
    std::optional<std::string> keyword;
    std::optional<std::string> last_event_id;
    Steady::time_point last_ready = Steady::now();  ///< when it was last not behind
    bool dirty = true;                              ///< there may be something for it

    bool Ready(size_t behind_max) {
        const auto now = Steady::now();
        if (!writer->WaitQueued(behind_max, now)) return false;
        last_ready = now;
        return true;
    }
};

struct LogStreamHub::Slice {
    std::string bytes;
    int64_t next = 0;
    bool full = false;  ///< there may be more at once
};

LogStreamHub::LogStreamHub(store::EventLog& events, store::RunStore& runs, lake::Lake& lake, const Clock& clock,
                           std::shared_ptr<StreamSlots> slots, LogStreamOptions options)
    : events_(events),
      runs_(runs),
      lake_(lake),
      clock_(clock),
      options_(options),
      slots_(std::move(slots)),
      next_beat_(Steady::now()),
      watcher_([this] { Watch(); }),
      thread_([this] { Run(); }) {}

LogStreamHub::~LogStreamHub() {
    Stop();
}

void LogStreamHub::Stop() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    wake_.notify_all();
    if (watcher_.joinable()) watcher_.join();
    if (thread_.joinable()) thread_.join();
}

net::Response LogStreamHub::Open(LogStreamRequest request) {
    auto stream = std::make_shared<Stream>();
    stream->slot = slots_->Take(request.identity);
    stream->ref = std::move(request.ref);
    stream->next = request.from_row;
    stream->level = request.level;
    stream->keyword = std::move(request.keyword);
    stream->last_event_id = std::move(request.last_event_id);

    return StreamingAnswer(stream, [this, stream] { Join(stream); });
}

void LogStreamHub::Join(std::shared_ptr<Stream> stream) {
    {
        const std::lock_guard lock(mutex_);
        if (!stop_) {
            joining_.push_back(std::move(stream));
            ++open_count_;
            stream = nullptr;
        }
    }
    if (stream) return stream->Close();
    wake_.notify_all();
}

/// Waits in the event log, so that the hub itself can also be woken by a stream that joins.
void LogStreamHub::Watch() {
    int64_t after = 0;
    while (true) {
        try {
            // Read before it is known that nobody listens: a stream that joins later then misses nothing.
            const int64_t last = events_.LastSeq();
            bool anybody = false;
            {
                const std::lock_guard lock(mutex_);
                if (stop_) return;
                anybody = open_count_ > 0;
            }
            if (!anybody) after = last;
            if (events_.WaitAfter(after, Steady::now() + kWatchSlice) && anybody) after = Collect(after);
        } catch (const std::exception& failed) {
            spdlog::warn("the event log cannot be followed now: {}", failed.what());
            std::unique_lock lock(mutex_);
            if (wake_.wait_for(lock, kWatchSlice, [this] { return stop_; })) return;
        }
    }
}

int64_t LogStreamHub::Collect(int64_t after) {
    const auto events = events_.Read(after, kEventsARead);
    if (events.empty()) return after;
    {
        const std::lock_guard lock(mutex_);
        for (const store::LoggedEvent& event : events) {
            if (TellsOfAPhase(event)) moved_runs_.insert(IntOr(event.body, "run_key", 0));
        }
    }
    wake_.notify_all();
    return events.back().seq;
}

void LogStreamHub::Run() {
    while (WaitForWork()) {
        for (const auto& stream : open_) {
            if (std::exchange(stream->fresh, false)) StartOf(*stream);
        }
        Turn();
        if (Steady::now() >= next_beat_) Beat();
        std::erase_if(open_, [](const auto& stream) { return stream->done || stream->writer->Gone(); });
        const std::lock_guard lock(mutex_);
        open_count_ = open_.size() + joining_.size();
    }
    CloseAll();
}

/// False: stop.
bool LogStreamHub::WaitForWork() {
    bool ready = false, behind = false;
    for (const auto& stream : open_) {
        if (!stream->dirty || stream->done) continue;
        (stream->Ready(options_.bytes_behind_max) ? ready : behind) = true;
    }
    std::unique_lock lock(mutex_);
    if (!ready) {
        const auto until = behind ? std::min(next_beat_, Steady::now() + kBehindSlice) : next_beat_;
        wake_.wait_until(lock, until, [this] { return stop_ || !joining_.empty() || !moved_runs_.empty(); });
    }
    const std::set<int64_t> moved = std::exchange(moved_runs_, {});
    for (const auto& stream : open_) stream->dirty = stream->dirty || moved.contains(stream->ref.run_key);
    for (auto& stream : std::exchange(joining_, {})) open_.push_back(std::move(stream));
    return !stop_;
}

/// One slice for each stream that has something to read and room for it; those at one place share the reading.
void LogStreamHub::Turn() {
    std::map<std::tuple<model::PhaseRef, int64_t, std::optional<model::Level>, std::optional<std::string>>, Streams>
        places;
    for (const auto& stream : open_) {
        if (stream->dirty && !stream->done && stream->Ready(options_.bytes_behind_max))
            places[{stream->ref, stream->next, stream->level, stream->keyword}].push_back(stream);
    }
    for (const auto& [place, streams] : places) Serve(streams);
}

void LogStreamHub::Serve(const Streams& at_one_place) {
    const Stream& like = *at_one_place.front();
    std::string end;
    Slice slice{.next = like.next};
    try {
        slice = ReadSlice(like, slice.next);
        if (!slice.full && IsOver(like.ref)) {
            // What was written before the end may be newer than what was read.
            const Slice rest = ReadSlice(like, slice.next);
            slice = {.bytes = slice.bytes + rest.bytes, .next = rest.next, .full = rest.full};
            if (!slice.full) end = EndEvent(slice.next);
        }
    } catch (const Error& failed) {
        spdlog::warn("a followed log cannot be read: {} {}", failed.detail(), failed.internal());
        end = ErrorEvent(Name(failed.code()), failed.detail());
    } catch (const std::exception& failed) {
        spdlog::error("a followed log cannot be read: {}", failed.what());
        end = ErrorEvent("internal", "something went wrong on the server");
    }
    for (const auto& stream : at_one_place) {
        stream->dirty = slice.full;
        stream->next = slice.next;
        if (!slice.bytes.empty() || !end.empty()) stream->Write(slice.bytes + end);
        if (!end.empty() && !stream->done) stream->Close();
    }
}

LogStreamHub::Slice LogStreamHub::ReadSlice(const Stream& like, int64_t first) {
    const LogFilter filter(like.level, like.keyword);
    Slice slice{.next = first};
    const auto rows_max = static_cast<int64_t>(options_.rows_a_turn);
    lake_.ReadLogs(like.ref, {.first = first, .count = rows_max}, [&](std::span<const model::LogRow> rows) {
        for (const model::LogRow& row : rows) {
            if (filter.Passes(row)) slice.bytes += EventOf(row);
            slice.next = row.row + 1;
            if (slice.bytes.size() < options_.bytes_a_turn) continue;
            slice.full = true;
            return false;
        }
        return true;
    });
    slice.full = slice.full || slice.next - first >= rows_max;
    return slice;
}

/// Nothing more will be written: its tasks' attempts have ended, or, for a phase without tasks, it says so itself; and
/// in any case when its run has.
bool LogStreamHub::IsOver(const model::PhaseRef& ref) {
    const auto run = runs_.RunByKey(ref.run_key);
    if (!run || model::Ended(run->state)) return true;
    size_t attempts = 0, ended = 0;
    for (const model::TaskAttempt& attempt : runs_.Attempts(ref.run_key)) {
        if (attempt.Phase() != ref.phase || attempt.attempt != ref.attempt) continue;
        ++attempts;
        ended += model::Ended(attempt.state) ? 1 : 0;
    }
    if (attempts > 0) return attempts == ended;
    return std::ranges::any_of(runs_.Phases(ref.run_key), [&](const model::PhaseSummary& phase) {
        return phase.ref == ref && (phase.status == "success" || phase.status == "error");
    });
}

/// Where a stream that is taken up again goes on.
void LogStreamHub::StartOf(Stream& stream) {
    if (!stream.last_event_id) return;
    const int64_t last = ParseRow(*stream.last_event_id);
    bool known = false;
    try {
        if (last >= 0)
            lake_.ReadLogs(stream.ref, {.first = last, .count = 1},
                           [&](std::span<const model::LogRow> rows) { return known = known || !rows.empty(), false; });
    } catch (const std::exception&) {
        known = true;  // it cannot be told now; reading on will say what is wrong
    }
    if (known)
        stream.next = last + 1;
    else
        stream.Write(net::FormatSse({.event = "reset", .data = "{}"}));
}

void LogStreamHub::Beat() {
    const auto now = Steady::now();
    next_beat_ = now + std::max<std::chrono::milliseconds>(options_.heartbeat / 4, std::chrono::milliseconds(1));
    for (const auto& stream : open_) {
        if (stream->done) continue;
        const bool has_room = stream->Ready(options_.bytes_behind_max);
        if (!has_room && now - stream->last_ready > options_.stalled) {
            stream->writer->Abort();
            stream->done = true;
        } else if (has_room && now - stream->last_write >= options_.heartbeat) {
            stream->Write(net::FormatSse(
                {.event = "heartbeat", .data = json::serialize(json::object{{"ts", FormatTime(clock_.Now())}})}));
        }
    }
}

void LogStreamHub::CloseAll() {
    const std::lock_guard lock(mutex_);
    for (const auto& stream : joining_) stream->Close();
    for (const auto& stream : open_) stream->Close();
    joining_.clear();
    open_.clear();
}

}  // namespace dagy::api
