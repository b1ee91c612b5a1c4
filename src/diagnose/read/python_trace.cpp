#include "diagnose/read/python_trace.h"

#include <algorithm>
#include <charconv>

#include "lake/user_code.h"

namespace dagy::diagnose {
namespace {

constexpr std::string_view kBegin = "Traceback (most recent call last)";
constexpr std::string_view kContext = "During handling of the above exception, another exception occurred";
constexpr std::string_view kCause = "The above exception was the direct cause of the following exception";
constexpr std::string_view kBoxTop = "╭", kBoxSide = "│", kBoxBottom = "╰";
constexpr size_t kExceptionsMax = 40;
constexpr size_t kFramesMax = 200;
constexpr size_t kMessageBytesMax = 16384;
constexpr int kMessageLinesMax = 120;
constexpr int kForeignLinesMax = 30;

size_t Indent(std::string_view text) {
    const size_t at = text.find_first_not_of(" \t");
    return at == std::string_view::npos ? text.size() : at;
}

/// `  | ` and `  +-+---- 1 ----` of exception groups.
std::string_view WithoutGroupBars(std::string_view text) {
    size_t at = text.find_first_not_of(" \t");
    bool bar = false;
    while (at != std::string_view::npos && at < text.size() && (text[at] == '|' || text[at] == '+')) {
        bar = true;
        ++at;
        while (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
        if (at < text.size() && text[at] == ' ') ++at;
        const size_t next = text.find_first_not_of(' ', at);
        if (next == std::string_view::npos || (text[next] != '|' && text[next] != '+')) break;
        at = next;
    }
    return bar && at != std::string_view::npos ? text.substr(std::min(at, text.size())) : text;
}

bool IsName(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           static_cast<unsigned char>(c) >= 128;
}

bool LooksLikeClass(std::string_view name) {
    const size_t dot = name.rfind('.');
    const std::string_view last = dot == std::string_view::npos ? name : name.substr(dot + 1);
    for (const std::string_view end :
         {"Error", "Exception", "Warning", "Exit", "Interrupt", "Failed", "Failure", "Timeout", "Violation", "NotFound",
          "Denied", "Group", "Iteration", "Fault", "Exceeded", "Detected", "Canceled", "Invalid", "Expired"})
        if (last.ends_with(end)) return true;
    return dot != std::string_view::npos && !last.empty() && last.front() >= 'A' && last.front() <= 'Z';
}

bool IsCaretLine(std::string_view text) {
    const size_t at = text.find_first_not_of(" \t");
    return at != std::string_view::npos && text.find_first_not_of("^~ \t", at) == std::string_view::npos;
}

std::optional<Frame> ParseFrame(std::string_view text) {
    text.remove_prefix(Indent(text));
    if (!text.starts_with("File \"")) return std::nullopt;
    const size_t quote = text.find("\", line ", 6);
    if (quote == std::string_view::npos) return std::nullopt;
    Frame frame{.file = std::string(text.substr(6, quote - 6))};
    const char* end = text.data() + text.size();
    const auto [stop, failed] = std::from_chars(text.data() + quote + 8, end, frame.line);
    if (failed != std::errc()) return std::nullopt;
    const std::string_view rest(stop, static_cast<size_t>(end - stop));
    if (rest.starts_with(", in ")) frame.function = rest.substr(5);
    frame.is_user_code = lake::IsUserFile(frame.file);
    return frame;
}

/// Lines that a message goes on with although each line of the stream has a head of its own.
bool GoesOn(std::string_view text) {
    if (text.starts_with(' ') || text.starts_with('\t')) return true;
    for (const std::string_view begin : {"LINE ",
                                         "DETAIL:",
                                         "HINT:",
                                         "CONTEXT:",
                                         "QUERY:",
                                         "[SQL",
                                         "[parameters",
                                         "(Background on",
                                         "Process ",
                                         "Reason:",
                                         "HTTP response",
                                         "Message:",
                                         "Caused by",
                                         "{",
                                         "For further information",
                                         "Query:",
                                         "Results:",
                                         "Stderr:",
                                         "Output:",
                                         "== SQL",
                                         "^",
                                         ": "})
        if (text.starts_with(begin)) return true;
    return false;
}

void AppendLine(std::string& message, std::string_view text) {
    if (message.size() >= kMessageBytesMax) return;
    message.push_back('\n');
    message.append(text.substr(0, kMessageBytesMax - message.size()));
}

}  // namespace

size_t ClassNameLength(std::string_view text) {
    size_t end = 0;
    if (text.empty() || !(IsName(text[0]) && !(text[0] >= '0' && text[0] <= '9'))) return 0;
    while (end < text.size() && (IsName(text[end]) ||
                                 (text[end] == '.' && end + 1 < text.size() &&
                                  (IsName(text[end + 1]) || text.substr(end + 1).starts_with("<locals>"))) ||
                                 (text.substr(end).starts_with("<locals>")))) {
        end += text.substr(end).starts_with("<locals>") ? 8 : 1;
    }
    if (end < text.size() && text[end] != ':') return 0;
    if (end + 1 < text.size() && text[end + 1] != ' ' && text[end + 1] != '\t') return 0;
    return end;
}

bool PythonTraceReader::IsExceptionLine(std::string_view text, size_t indent) const {
    const size_t name = ClassNameLength(text.substr(Indent(text)));
    if (name == 0) return false;
    if (flat_ || indent != indent_) return LooksLikeClass(text.substr(Indent(text), name));
    return true;
}

void PythonTraceReader::Begin(const Line& line, std::string_view text) {
    const size_t at = text.find(kBegin);
    if (state_ != State::kLinked) {
        const bool group = group_;
        End();
        group_ = group;
        chain_ = {};
        chain_.first_row = line.row;
        chain_.level = line.level;
        chain_.ts = line.ts;
        next_link_ = Exception::Link::kNone;
    }
    indent_ =
        at != std::string_view::npos && text.substr(0, at).find_first_not_of(' ') == std::string_view::npos ? at : 0;
    flat_ = false;
    after_file_ = false;
    foreign_ = 0;
    current_ = Exception{.row = line.row, .last_row = line.row};
    current_->link = next_link_;
    state_ = State::kFrames;
}

bool PythonTraceReader::BeginHeadless(const Line& line, std::string_view text) {
    const size_t indent = Indent(text);
    // The head is cut off, or another tool wrote its own.
    if (indent < 2 || text.find(", in ") == std::string_view::npos || !ParseFrame(text)) return false;
    Begin(line, text);
    indent_ = indent - 2;
    return AddFrameLine(line, text, indent);
}

void PythonTraceReader::StartException(const Line& line, std::string_view text) {
    text.remove_prefix(Indent(text));
    const size_t name = ClassNameLength(text);
    current_->type = text.substr(0, name);
    current_->message = name + 2 <= text.size() ? text.substr(name + 2, kMessageBytesMax) : std::string_view{};
    current_->row = current_->last_row = line.row;
    chain_.last_row = line.row;
    message_lines_ = 0;
    blank_ = false;
    state_ = State::kMessage;
}

bool PythonTraceReader::AddFrameLine(const Line& line, std::string_view text, size_t indent) {
    if (auto frame = ParseFrame(text)) {
        if (current_->frames.empty() && indent <= indent_) flat_ = true;
        if (current_->frames.size() < kFramesMax) current_->frames.push_back(std::move(*frame));
        after_file_ = true;
        foreign_ = 0;
        return true;
    }
    if (text.find_first_not_of(" \t") == std::string_view::npos) return true;
    if (!flat_ && indent > indent_) {
        if (!IsCaretLine(text) && after_file_ && !current_->frames.empty())
            current_->frames.back().code = text.substr(indent);
        after_file_ = false;
        return true;
    }
    if (flat_ && after_file_ && !IsExceptionLine(text, indent)) {
        if (!IsCaretLine(text)) current_->frames.back().code = text.substr(indent);
        after_file_ = false;
        return true;
    }
    if (IsExceptionLine(text, indent)) {
        StartException(line, text);
        return true;
    }
    if (flat_ && IsCaretLine(text)) return true;
    // Another thread's line in between, or the traceback is cut.
    if (++foreign_ > kForeignLinesMax) End();
    return false;
}

void PythonTraceReader::AddBoxLine(std::string_view text) {
    text.remove_prefix(Indent(text));
    if (text.starts_with(kBoxBottom)) {
        // What was raised stands below the box, without indentation.
        indent_ = 0;
        after_file_ = false;
        state_ = State::kFrames;
        return;
    }
    if (!text.starts_with(kBoxSide)) return;
    text.remove_prefix(kBoxSide.size());
    if (const size_t side = text.rfind(kBoxSide);
        side != std::string_view::npos && side + kBoxSide.size() + 2 >= text.size())
        text = text.substr(0, side);
    while (text.ends_with(' ')) text.remove_suffix(1);
    text.remove_prefix(Indent(text));
    static constexpr std::string_view kMark = "❱";
    if (text.starts_with(kMark)) {
        const size_t code = text.find(kBoxSide);
        std::string_view line =
            code == std::string_view::npos ? std::string_view() : text.substr(code + kBoxSide.size());
        while (line.starts_with(' ') || line.starts_with(kBoxSide))
            line.remove_prefix(line.starts_with(' ') ? 1 : kBoxSide.size());
        if (!current_->frames.empty()) current_->frames.back().code = line;
        return;
    }
    const size_t in = text.find(" in ");
    const size_t colon = in == std::string_view::npos ? in : text.rfind(':', in);
    const bool has_line =
        colon != std::string_view::npos && in > colon + 1 &&
        text.substr(colon + 1, in - colon - 1).find_first_not_of("0123456789") == std::string_view::npos;
    if (has_line && (text.front() == '/' || !box_path_.empty() || text.substr(0, colon).ends_with(".py"))) {
        Frame frame{.file = box_path_ + std::string(text.substr(0, colon))};
        std::from_chars(text.data() + colon + 1, text.data() + in, frame.line);
        frame.function = text.substr(in + 4);
        frame.is_user_code = lake::IsUserFile(frame.file);
        if (current_->frames.size() < kFramesMax) current_->frames.push_back(std::move(frame));
        box_path_.clear();
    } else {
        box_path_ = text.starts_with('/') ? std::string(text.substr(0, 1000)) : std::string();
    }
}

bool PythonTraceReader::AddMessageLine(const Line& line, std::string_view text) {
    if (text.find(kContext) != std::string_view::npos || text.find(kCause) != std::string_view::npos) {
        next_link_ =
            text.find(kContext) != std::string_view::npos ? Exception::Link::kContext : Exception::Link::kCause;
        CloseException();
        state_ = State::kLinked;
        foreign_ = 0;
        return true;
    }
    if (text.find_first_not_of(" \t") == std::string_view::npos) {
        blank_ = true;
        return true;
    }
    const bool own_head = line.body.size() != line.text.size();
    const bool goes_on = line.continues ? !own_head : GoesOn(text) && !own_head;
    if (!goes_on || ++message_lines_ > kMessageLinesMax || (group_ && text.find("------") != std::string_view::npos)) {
        if (group_ && text.find("------") != std::string_view::npos) {
            next_link_ = Exception::Link::kGroupMember;
            CloseException();
            state_ = State::kLinked;
            return true;
        }
        End();
        return false;
    }
    AppendLine(current_->message, text);
    current_->last_row = line.row;
    chain_.last_row = line.row;
    return true;
}

bool PythonTraceReader::Add(const Line& line) {
    std::string_view text = line.body;
    if (text.find("Exception Group Traceback") != std::string_view::npos) group_ = true;
    if (group_ && state_ != State::kIdle && (text.find("------") != std::string_view::npos) &&
        text.find('+') != std::string_view::npos) {
        if (state_ == State::kMessage) return AddMessageLine(line, text);
        if (state_ == State::kLinked) return true;
    }
    if (group_) text = WithoutGroupBars(text);
    // With more behind it on its line it is a quotation: JSON with the whole trace in one text.
    const size_t begin = text.find(kBegin);
    if (begin != std::string_view::npos && text.find("\\n", begin) == std::string_view::npos) {
        // A new traceback straight after a message, without a linking line, is a failure of its own.
        Begin(line, text);
        if (text.substr(Indent(text)).starts_with(kBoxTop)) {
            box_path_.clear();
            state_ = State::kBox;
        }
        return true;
    }
    switch (state_) {
        case State::kIdle:
            return BeginHeadless(line, text);
        case State::kBox:
            AddBoxLine(text);
            return true;
        case State::kFrames:
            return AddFrameLine(line, text, Indent(text));
        case State::kMessage:
            return AddMessageLine(line, text);
        case State::kLinked:
            if (text.find_first_not_of(" \t") == std::string_view::npos) return true;
            // Group members may be one line without frames.
            if (next_link_ == Exception::Link::kGroupMember && ClassNameLength(text.substr(Indent(text))) > 0) {
                current_ = Exception{.link = next_link_, .row = line.row, .last_row = line.row};
                StartException(line, text);
                return true;
            }
            if (++foreign_ > kForeignLinesMax) End();
            return false;
    }
    return false;
}

void PythonTraceReader::CloseException() {
    if (!current_) return;
    while (!current_->message.empty() && (current_->message.back() == '\n' || current_->message.back() == ' '))
        current_->message.pop_back();
    if (!current_->type.empty()) {
        if (chain_.exceptions.size() >= kExceptionsMax) chain_.exceptions.erase(chain_.exceptions.begin() + 1);
        chain_.exceptions.push_back(std::move(*current_));
    }
    current_.reset();
}

void PythonTraceReader::End() {
    CloseException();
    if (!chain_.exceptions.empty()) {
        // Python prints the deepest first, a group before its members; links then belong to the deeper one.
        auto& all = chain_.exceptions;
        const bool group =
            std::ranges::any_of(all, [](const Exception& e) { return e.link == Exception::Link::kGroupMember; });
        if (!group) {
            for (size_t i = 0; i + 1 < all.size(); ++i) all[i].link = all[i + 1].link;
            all.back().link = Exception::Link::kNone;
            std::ranges::reverse(all);
        }
        done_ = std::move(chain_);
    }
    chain_ = {};
    state_ = State::kIdle;
    group_ = false;
    next_link_ = Exception::Link::kNone;
}

std::optional<ExceptionChain> PythonTraceReader::Take() {
    auto taken = std::move(done_);
    done_.reset();
    return taken;
}

std::optional<ExceptionChain> ParsePythonTrace(std::string_view text, int64_t row) {
    PythonTraceReader reader;
    std::optional<ExceptionChain> chain;
    for (size_t at = 0; at <= text.size();) {
        const size_t next = std::min(text.find('\n', at), text.size());
        Line line{.row = row, .level = model::Level::kError, .text = text.substr(at, next - at)};
        line.body = line.text;
        line.continues = true;
        reader.Add(line);
        at = next + 1;
    }
    reader.End();
    return reader.Take();
}

}  // namespace dagy::diagnose
