#include "net/sse.h"

#include <algorithm>
#include <charconv>

#include "base/error.h"

namespace dagy::net {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// An id or a name must not be able to begin another line.
std::string OneLine(std::string_view text) {
    std::string out(text);
    std::erase_if(out, [](char c) { return c == '\n' || c == '\r' || c == '\0'; });
    return out;
}

/// \n, \r and \r\n all end a line, in what we write as in what we read.
void AppendData(std::string& out, std::string_view data) {
    for (;;) {
        const size_t end = data.find_first_of("\r\n");
        out.append("data: ").append(data.substr(0, end)).append("\n");
        if (end == std::string_view::npos) return;
        data.remove_prefix(data.substr(end, 2) == "\r\n" ? end + 2 : end + 1);
    }
}

}  // namespace

std::string FormatSse(const SseEvent& event) {
    std::string out;
    out.reserve(event.id.size() + event.event.size() + event.data.size() + 32);
    if (!event.id.empty()) out.append("id: ").append(OneLine(event.id)).append("\n");
    if (!event.event.empty()) out.append("event: ").append(OneLine(event.event)).append("\n");
    if (event.retry_ms) out.append("retry: ").append(std::to_string(*event.retry_ms)).append("\n");
    AppendData(out, event.data);
    out.append("\n");
    return out;
}

std::string SseComment(std::string_view text) {
    return ": " + OneLine(text) + "\n\n";
}

void SseParser::Feed(std::string_view bytes, const std::function<void(const SseEvent&)>& take) {
    while (!bytes.empty()) {
        if (after_cr_) {
            after_cr_ = false;
            if (bytes.front() == '\n') bytes.remove_prefix(1);
            continue;
        }
        const size_t end = bytes.find_first_of("\r\n");
        const std::string_view piece = bytes.substr(0, end);
        if (line_.size() + data_.size() + piece.size() > event_bytes_max_) {
            throw Error(ErrorCode::kTooLarge,
                        "An event of the stream is longer than " + std::to_string(event_bytes_max_) + " bytes.");
        }
        if (end == std::string_view::npos) {
            line_.append(piece);
            return;
        }
        after_cr_ = bytes[end] == '\r';
        bytes.remove_prefix(end + 1);
        if (line_.empty()) {
            TakeLine(piece, take);
        } else {
            line_.append(piece);
            const std::string line = std::move(line_);
            line_.clear();
            TakeLine(line, take);
        }
    }
}

void SseParser::TakeLine(std::string_view line, const std::function<void(const SseEvent&)>& take) {
    if (at_start_ && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
    at_start_ = false;
    if (line.empty()) return Dispatch(take);
    const size_t colon = line.find(':');
    if (colon == 0) return;
    std::string_view value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    TakeField(line.substr(0, colon), value);
}

void SseParser::TakeField(std::string_view name, std::string_view value) {
    if (name == "data") {
        if (has_data_) data_ += '\n';
        data_.append(value);
        has_data_ = true;
    } else if (name == "event") {
        event_ = value;
    } else if (name == "id") {
        if (value.find('\0') == std::string_view::npos) last_event_id_ = value;
    } else if (name == "retry") {
        int retry = 0;
        const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), retry);
        if (fault == std::errc{} && end == value.data() + value.size() && retry >= 0) retry_ms_ = retry;
    }
}

void SseParser::Dispatch(const std::function<void(const SseEvent&)>& take) {
    SseEvent event{.id = last_event_id_, .event = std::move(event_), .data = std::move(data_), .retry_ms = retry_ms_};
    const bool has_data = has_data_;
    event_.clear();
    data_.clear();
    has_data_ = false;
    if (has_data) take(event);
}

}  // namespace dagy::net
