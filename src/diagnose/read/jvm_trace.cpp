#include "diagnose/read/jvm_trace.h"

#include <algorithm>
#include <charconv>

#include "lake/user_code.h"

namespace dagy::diagnose {
namespace {

constexpr int kBetweenMax = 25;
constexpr size_t kExceptionsMax = 30;
constexpr size_t kFramesMax = 60;
constexpr size_t kMessageBytesMax = 8192;

bool IsName(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

struct Found {
    std::string_view type, message;
};

/// `pkg.pkg.Name[Error|Exception|…]` followed by `: message`, the end or a space.
std::optional<Found> FindClass(std::string_view text) {
    for (size_t at = 0; at < text.size();) {
        if (!IsName(text[at]) || (at > 0 && (IsName(text[at - 1]) || text[at - 1] == '.' || text[at - 1] == '/'))) {
            ++at;
            continue;
        }
        size_t end = at;
        int dots = 0;
        while (end < text.size() &&
               (IsName(text[end]) || (text[end] == '.' && end + 1 < text.size() && IsName(text[end + 1]))))
            dots += text[end++] == '.';
        const std::string_view name = text.substr(at, end - at);
        const size_t dot = name.rfind('.');
        const bool exception = name.ends_with("Exception") || name.ends_with("Error") || name.ends_with("Throwable") ||
                               name.ends_with("Failure") || name.ends_with("Fault");
        if (dots >= 2 && exception && name[dot + 1] >= 'A' && name[dot + 1] <= 'Z' &&
            (end == text.size() || text[end] == ':' || text[end] == ' ' || text[end] == ','))
            return Found{name, end + 2 <= text.size() && text[end] == ':' ? text.substr(end + 2) : std::string_view{}};
        at = std::max(end, at + 1);
    }
    return std::nullopt;
}

std::string_view Trimmed(std::string_view text) {
    const size_t at = text.find_first_not_of(" \t");
    return at == std::string_view::npos ? std::string_view{} : text.substr(at);
}

/// `at pkg.Class.method(File.java:12)`.
std::optional<Frame> ParseFrame(std::string_view text) {
    if (!text.starts_with("at ")) return std::nullopt;
    const size_t open = text.find('(');
    if (open == std::string_view::npos || text.find(')', open) == std::string_view::npos) return std::nullopt;
    Frame frame{.function = std::string(text.substr(3, open - 3))};
    if (frame.function.find('.') == std::string::npos || frame.function.find(' ') != std::string::npos)
        return std::nullopt;
    std::string_view place = text.substr(open + 1, text.find(')', open) - open - 1);
    const size_t colon = place.rfind(':');
    frame.file = place.substr(0, colon);
    if (colon != std::string_view::npos)
        std::from_chars(place.data() + colon + 1, place.data() + place.size(), frame.line);
    frame.is_user_code = lake::IsUserMethod(frame.function);
    return frame;
}

}  // namespace

bool JvmTraceReader::Start(const Line& line, std::string_view text) {
    const auto found = FindClass(text);
    if (!found) return false;
    End();
    chain_ = {};
    chain_.first_row = chain_.last_row = line.row;
    chain_.level = line.level;
    chain_.ts = line.ts;
    chain_.exceptions.push_back({.type = std::string(found->type),
                                 .message = std::string(found->message.substr(0, kMessageBytesMax)),
                                 .language = "jvm",
                                 .row = line.row,
                                 .last_row = line.row});
    open_ = true;
    in_frames_ = proven_ = suppressed_ = false;
    between_ = 0;
    return true;
}

bool JvmTraceReader::Add(const Line& line) {
    const std::string_view text = Trimmed(line.body);
    if (!open_) return Start(line, text) && false;
    const bool causes = text.starts_with("Caused by: ");
    if (causes || text.starts_with("Suppressed: ")) {
        const auto found = FindClass(text);
        proven_ = true;
        in_frames_ = false;
        between_ = 0;
        suppressed_ = !causes;
        chain_.last_row = line.row;
        if (!causes || chain_.exceptions.size() >= kExceptionsMax) return true;
        const std::string_view rest = text.substr(11);
        const size_t colon = rest.find(": ");
        Exception deeper{.type = std::string(found ? found->type : rest.substr(0, colon)),
                         .language = "jvm",
                         .row = line.row,
                         .last_row = line.row};
        deeper.message = found                             ? found->message.substr(0, kMessageBytesMax)
                         : colon == std::string_view::npos ? std::string_view{}
                                                           : rest.substr(colon + 2, kMessageBytesMax);
        deeper.link = Exception::Link::kCause;
        chain_.exceptions.push_back(std::move(deeper));
        return true;
    }
    if (auto frame = ParseFrame(text)) {
        proven_ = in_frames_ = true;
        between_ = 0;
        chain_.last_row = line.row;
        auto& frames = chain_.exceptions.back().frames;
        if (!suppressed_ && frames.size() < kFramesMax) frames.insert(frames.begin(), std::move(*frame));
        return true;
    }
    if (text.starts_with("... ") && text.find(" more") != std::string_view::npos) {
        chain_.last_row = line.row;
        between_ = 0;
        return true;
    }
    if (text.empty()) return ++between_ <= kBetweenMax;
    const bool own_head = line.body.size() != line.text.size();
    if (own_head || in_frames_) {
        // After frames only `Caused by` goes on; Spark prints "Driver stacktrace:" and a blank line first.
        if (own_head || ++between_ > 3) {
            End();
            return Start(line, text) && false;
        }
        if (FindClass(text)) return Start(line, text) && false;
        return false;
    }
    if (++between_ > kBetweenMax) {
        End();
        return Start(line, text) && false;
    }
    if (FindClass(text) && !proven_) return Start(line, text) && false;
    auto& message = chain_.exceptions.back().message;
    if (message.size() < kMessageBytesMax) message.append("\n").append(text.substr(0, 2048));
    return true;
}

void JvmTraceReader::End() {
    if (open_ && proven_) done_ = std::move(chain_);
    chain_ = {};
    open_ = false;
}

std::optional<ExceptionChain> JvmTraceReader::Take() {
    auto taken = std::move(done_);
    done_.reset();
    return taken;
}

std::optional<ExceptionChain> ParseJvmTrace(std::string_view text, int64_t row) {
    JvmTraceReader reader;
    std::optional<ExceptionChain> first;
    for (size_t at = 0; at <= text.size();) {
        const size_t next = std::min(text.find('\n', at), text.size());
        Line line{.row = row, .level = model::Level::kError, .text = text.substr(at, next - at)};
        line.body = line.text;
        line.continues = true;
        reader.Add(line);
        if (auto chain = reader.Take(); chain && !first) first = std::move(chain);
        at = next + 1;
    }
    reader.End();
    if (auto chain = reader.Take(); chain && !first) first = std::move(chain);
    return first;
}

}  // namespace dagy::diagnose
