#include "ingest/airflow/log_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json.h"
#include "ingest/airflow/python_traceback.h"
#include "ingest/airflow/text_line.h"
#include "ingest/utf8.h"
#include "lake/error_signature.h"

namespace dagy::ingest::airflow {
namespace {

constexpr size_t kDepthMax = 64;

std::string_view View(const json::string& text) {
    return {text.data(), text.size()};
}

/// `\ud83d` without its other half, which Python writes for bytes that it could not decode and Boost.JSON refuses, as
/// `\ufffd`.
std::string WithoutLoneSurrogates(std::string_view line) {
    const auto half = [line](size_t at, char low, char high) {
        return at + 5 < line.size() && line[at] == '\\' && line[at + 1] == 'u' &&
               (line[at + 2] == 'd' || line[at + 2] == 'D') && (line[at + 3] | 0x20) >= low &&
               (line[at + 3] | 0x20) <= high;
    };
    const auto leading = [&](size_t at) { return half(at, '8', '9') || half(at, 'a', 'b'); };
    const auto trailing = [&](size_t at) { return half(at, 'c', 'f'); };
    std::string good;
    good.reserve(line.size());
    for (size_t at = 0; at < line.size();) {
        if (leading(at) && trailing(at + 6)) {
            good.append(line.substr(at, 12));
            at += 12;
        } else if (leading(at) || trailing(at)) {
            good.append("\\ufffd");
            at += 6;
        } else {
            const size_t step = line[at] == '\\' ? 2 : 1;
            good.append(line.substr(at, step));
            at += step;
        }
    }
    return good;
}

std::optional<json::value> TryParse(std::string_view line, const json::storage_ptr& memory) {
    json::parse_options options;
    options.max_depth = kDepthMax;
    boost::system::error_code failed;
    json::value value = json::parse(json::string_view(line.data(), line.size()), failed, memory, options);
    if (!failed) return value;
    if (line.find("\\ud") == std::string_view::npos && line.find("\\uD") == std::string_view::npos) return std::nullopt;
    value = json::parse(WithoutLoneSurrogates(line), failed, memory, options);
    if (failed) return std::nullopt;
    return value;
}

/// Takes the first of `names` that is there out of the line's members.
const json::value* Find(const json::object& line, std::initializer_list<std::string_view> names,
                        std::string_view& found) {
    for (const std::string_view name : names)
        if (const json::value* value = line.if_contains(name)) {
            found = name;
            return value;
        }
    return nullptr;
}

std::string TextOf(const json::value& value) {
    if (value.is_string()) return std::string(View(value.get_string()));
    return json::serialize(value);
}

void AppendMember(std::string& extras, std::string_view key, const json::value& value) {
    extras.append(extras.empty() ? "{" : ",");
    extras.append(json::serialize(json::string_view(key.data(), key.size())))
        .append(":")
        .append(json::serialize(value));
}

/// Cuts `text` to the bound; returns how much went.
uint64_t Cut(std::string& text) {
    const uint64_t cut = text.size() - Utf8Front(text, kRowBytesMax).size();
    text.resize(text.size() - cut);
    return cut;
}

model::ErrorRow ErrorOf(const json::array& stacks, const std::optional<Time>& ts) {
    model::ErrorRow error;
    error.ts = ts;
    json::array chain;
    for (const json::value& value : stacks) {
        const json::object* stack = value.if_object();
        if (stack == nullptr) continue;
        std::string type = StringOr(*stack, "exc_type", "Exception");
        std::string text = StringOr(*stack, "exc_value");
        if (chain.empty()) {
            error.error_type = type;
            error.error_title = text.substr(0, text.find('\n'));
            error.error_detail = text;
        }
        chain.push_back({{"type", type},
                         {"value", Utf8Front(text, 2048)},
                         {"is_cause", GetBool(*stack, "is_cause").value_or(false)}});
    }
    error.traceback = FormatTraceback(stacks);
    uint64_t cut = Cut(error.error_title) + Cut(error.error_detail);
    cut += Cut(error.traceback);
    json::object extras{{"chain", std::move(chain)}};
    if (cut > 0) extras["cut_bytes"] = cut;
    error.extras = json::serialize(extras);
    error.signature = lake::ErrorSignature(error);
    return error;
}

/// The members that have a column; the rest become extras as they are.
class JsonLine {
  public:
    explicit JsonLine(const json::object& line) : line_(line) {}

    /// A JSON object is a log line only if it says what happened: other JSON in a log is a text that a program printed.
    static bool IsOne(const json::object& line) {
        std::string_view found;
        if (Find(line, {"event", "message", "msg"}, found) == nullptr) return false;
        if (found != "event") return Find(line, {"level", "levelname"}, found) != nullptr;
        return Find(line, {"timestamp", "asctime", "level", "levelname", "logger"}, found) != nullptr;
    }

    LogLine Take() {
        LogLine out;
        TakeTime(out.row);
        TakeLevel(out.row);
        if (const json::value* text = Use({"event", "message", "msg"})) out.row.message = TextOf(*text);
        out.row.logger = TakeText({"logger", "name"});
        out.row.source_file = TakeText({"filename"});
        TakeSourceLine(out.row);
        const json::value* detail = line_.if_contains("error_detail");
        if (detail != nullptr && detail->is_array() && HasStack(detail->get_array())) {
            used_[used_count_++] = "error_detail";
            out.error = ErrorOf(detail->get_array(), out.row.ts);
        }
        out.row.extras = Rest();
        return out;
    }

  private:
    static bool HasStack(const json::array& stacks) {
        return std::ranges::any_of(stacks, [](const json::value& stack) { return stack.is_object(); });
    }

    const json::value* Use(std::initializer_list<std::string_view> names) {
        std::string_view found;
        const json::value* value = Find(line_, names, found);
        if (value != nullptr) used_[used_count_++] = found;
        return value;
    }
    void Leave() { --used_count_; }

    std::string TakeText(std::initializer_list<std::string_view> names) {
        const json::value* value = Use(names);
        if (value == nullptr) return {};
        if (value->is_string()) return std::string(View(value->get_string()));
        Leave();
        return {};
    }

    void TakeTime(model::LogRow& row) {
        const json::value* value = Use({"timestamp", "asctime"});
        if (value == nullptr) return;
        if (value->is_string()) row.ts = ParseTime(View(value->get_string()));
        if (!row.ts) Leave();
    }

    void TakeLevel(model::LogRow& row) {
        const json::value* value = Use({"level", "levelname"});
        if (value == nullptr) return;
        const auto level = value->is_string() ? model::ParseLevel(View(value->get_string())) : std::nullopt;
        row.level = level.value_or(model::Level::kInfo);
        if (!level) Leave();
    }

    void TakeSourceLine(model::LogRow& row) {
        const json::value* value = Use({"lineno"});
        if (value == nullptr) return;
        const bool fits = value->is_int64() && value->get_int64() >= 0 && value->get_int64() <= INT32_MAX;
        if (fits) row.source_line = static_cast<int32_t>(value->get_int64());
        if (!fits) Leave();
    }

    std::string Rest() const {
        std::string extras;
        for (const auto& member : line_) {
            const std::string_view key(member.key().data(), member.key().size());
            if (std::find(used_.begin(), used_.begin() + used_count_, key) == used_.begin() + used_count_)
                AppendMember(extras, key, member.value());
        }
        if (!extras.empty()) extras.push_back('}');
        return extras;
    }

    const json::object& line_;
    std::array<std::string_view, 8> used_;
    ptrdiff_t used_count_ = 0;
};

/// JSON that is a log line, or nothing. Most lines are small: their trees live in a buffer on the stack.
std::optional<LogLine> ParseJsonLine(std::string_view line) {
    if (!line.starts_with('{')) return std::nullopt;
    std::array<unsigned char, 8192> buffer;
    json::monotonic_resource memory(buffer.data(), buffer.size());
    const auto value = TryParse(line, &memory);
    if (!value || !value->is_object() || !JsonLine::IsOne(value->get_object())) return std::nullopt;
    return JsonLine(value->get_object()).Take();
}

LogLine PlainLine(std::string_view line, const LineContext& context) {
    LogLine out;
    out.row.ts = context.ts;
    out.row.level = context.level;
    out.row.message = line;
    return out;
}

LogLine HeadLine(const TextHead& head) {
    LogLine out;
    out.row.ts = head.ts;
    out.row.level = head.level;
    out.row.source_file = head.file;
    out.row.source_line = head.line;
    out.row.message = head.text;
    return out;
}

void Bound(LogLine& line, uint64_t cut_bytes) {
    model::LogRow& row = line.row;
    cut_bytes += Cut(row.message) + Cut(row.logger) + Cut(row.source_file);
    if (row.extras.size() > kRowBytesMax) {
        cut_bytes += row.extras.size();
        row.extras.clear();
    }
    if (cut_bytes == 0) return;
    if (!row.extras.empty()) row.extras.pop_back();
    AppendMember(row.extras, "cut_bytes", cut_bytes);
    row.extras.push_back('}');
}

}  // namespace

LogLine ParseLogLine(std::string_view line, uint64_t cut_bytes, LineContext& context) {
    LogLine out;
    if (auto parsed = ParseJsonLine(line)) {
        out = std::move(*parsed);
        if (!out.row.ts) out.row.ts = context.ts;
        // A JSON line is whole: plain text behind it is not a part of its message.
        context = {.ts = out.row.ts, .level = model::Level::kInfo};
    } else if (const auto head = ParseTextHead(line)) {
        out = HeadLine(*head);
        context = {.ts = head->ts, .level = head->level >= model::Level::kError ? head->level : model::Level::kInfo};
    } else {
        out = PlainLine(line, context);
    }
    Bound(out, cut_bytes);
    return out;
}

}  // namespace dagy::ingest::airflow
