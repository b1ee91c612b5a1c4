/// Server-sent events (WHATWG HTML, 9.2) as bytes, both ways.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace dagy::net {

struct SseEvent {
    std::string id;     ///< when parsed: the last id seen so far, as EventSource has it
    std::string event;  ///< empty: "message"
    std::string data;   ///< lines separated by \n
    std::optional<int> retry_ms{};
};

/// One event with its closing empty line. Each line of `data` becomes a `data:` line; line ends and NUL in `id` and
/// `event` are left out.
std::string FormatSse(const SseEvent& event);

/// `: text`, one line, and an empty line; keeps a quiet connection open.
std::string SseComment(std::string_view text);

/// Takes a stream apart, wherever it is cut. Not thread-safe.
class SseParser {
  public:
    /// Throws kTooLarge for an event over `event_bytes_max`.
    explicit SseParser(size_t event_bytes_max = 16 << 20) : event_bytes_max_(event_bytes_max) {}

    /// Calls `take` for each event that `bytes` completes; comments and events without data are passed over.
    void Feed(std::string_view bytes, const std::function<void(const SseEvent&)>& take);

    /// To be sent as Last-Event-ID when the stream is taken up again; empty: none yet.
    const std::string& last_event_id() const { return last_event_id_; }
    std::optional<int> retry_ms() const { return retry_ms_; }

  private:
    void TakeLine(std::string_view line, const std::function<void(const SseEvent&)>& take);
    void TakeField(std::string_view name, std::string_view value);
    void Dispatch(const std::function<void(const SseEvent&)>& take);

    const size_t event_bytes_max_;
    std::string line_;  ///< begun in an earlier Feed
    std::string event_;
    std::string data_;
    bool has_data_ = false;
    bool after_cr_ = false;
    bool at_start_ = true;
    std::string last_event_id_;
    std::optional<int> retry_ms_;
};

}  // namespace dagy::net
