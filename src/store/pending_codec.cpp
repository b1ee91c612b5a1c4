#include "store/pending_codec.h"

#include <simdjson.h>

#include <array>
#include <charconv>
#include <functional>
#include <optional>
#include <utility>

#include "base/compress.h"
#include "base/error.h"

namespace dagy::store {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr int kLevel = 1;
// A block of logs may have this and a byte with a bit for each of its levels before it; zstd begins with another byte.
constexpr char kLevelsFollow = 1;
constexpr size_t kLevelsBytes = 2;
constexpr size_t kRawBytesMax = size_t{2} << 30;

// Lines are arrays: names would be most of a short row.

void PutText(std::string& out, std::string_view text) {
    static constexpr std::string_view kHex = "0123456789abcdef";
    out += '"';
    size_t clean_from = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 0x20 && byte != '"' && byte != '\\') [[likely]]
            continue;
        out.append(text, clean_from, i - clean_from);
        clean_from = i + 1;
        if (byte == '"' || byte == '\\') {
            out += '\\';
            out += text[i];
        } else {
            out += "\\u00";
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
        }
    }
    out.append(text, clean_from);
    out += '"';
}

void PutNumber(std::string& out, int64_t number) {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

void Put(std::string& out, const std::string& text) {
    PutText(out, text);
}
void Put(std::string& out, int64_t number) {
    PutNumber(out, number);
}
void Put(std::string& out, Time time) {
    PutNumber(out, ToMicros(time));
}
template <typename T>
void Put(std::string& out, const std::optional<T>& value) {
    if (value)
        Put(out, *value);
    else
        out += "null";
}

template <typename... Fields>
void PutLine(std::string& out, const Fields&... fields) {
    out += '[';
    ((Put(out, fields), out += ','), ...);
    out.back() = ']';
    out += '\n';
}

size_t Utf8Length(std::string_view text, size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    return simdjson::validate_utf8(text.data() + at, std::min(length, text.size() - at)) ? length : 0;
}

/// What cannot be read back must not be acknowledged, so bad bytes are replaced here at the latest.
std::string WithValidUtf8(std::string text) {
    if (simdjson::validate_utf8(text.data(), text.size())) return text;
    std::string valid;
    valid.reserve(text.size() + text.size() / 8);
    for (size_t at = 0; at < text.size();) {
        const size_t length = Utf8Length(text, at);
        if (length == 0)
            valid += "\xef\xbf\xbd";
        else
            valid.append(text, at, length);
        at += length == 0 ? 1 : length;
    }
    return valid;
}

std::string Packed(std::string text) {
    return ZstdCompress(WithValidUtf8(std::move(text)), kLevel);
}

[[noreturn]] void ThrowDamaged(const char* why) {
    throw Error(ErrorCode::kStorage, "a block of pending records is damaged", "restore the data folder from a backup",
                why);
}

bool HasLevels(std::string_view payload) {
    return payload.size() >= kLevelsBytes && payload.front() == kLevelsFollow;
}

std::string Unpacked(std::string_view payload) {
    if (HasLevels(payload)) payload.remove_prefix(kLevelsBytes);
    try {
        return ZstdDecompress(payload, kRawBytesMax);
    } catch (const Error& error) {
        ThrowDamaged(error.what());
    }
}

/// The fields of one line, in order.
class Fields {
  public:
    explicit Fields(ondemand::array array) : at_(array.begin()) {}

    template <typename... Values>
    void Take(Values&... values) {
        (TakeOne(values), ...);
    }

  private:
    template <typename T>
    void TakeOne(T& value) {
        ondemand::value field = *at_;
        Get(field, value);
        ++at_;
    }
    static void Get(ondemand::value& field, std::string& text) { text = std::string_view(field.get_string()); }
    static void Get(ondemand::value& field, int64_t& number) { number = field.get_int64(); }
    static void Get(ondemand::value& field, int& number) { number = static_cast<int>(int64_t{field.get_int64()}); }
    static void Get(ondemand::value& field, Time& time) { time = FromMicros(field.get_int64()); }
    template <typename T>
    static void Get(ondemand::value& field, std::optional<T>& value) {
        if (!field.is_null()) Get(field, value.emplace());
    }

    simdjson::simdjson_result<ondemand::array_iterator> at_;
};

void ForEachLine(std::string_view text, const std::function<void(std::string_view)>& take) {
    while (!text.empty()) {
        const size_t end = text.find('\n');
        if (end == std::string_view::npos) ThrowDamaged("no newline at the end");
        take(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
}

bool EveryLine(std::string_view /*line*/) {
    return true;
}

template <typename Row, typename Read, typename Wanted>
std::vector<Row> DecodeArrays(std::string_view payload, int64_t first_row, const Read& read, const Wanted& wanted) {
    std::string text = Unpacked(payload);
    const size_t size = text.size();
    text.resize(size + simdjson::SIMDJSON_PADDING);
    std::vector<Row> rows;
    int64_t next = first_row;
    ondemand::parser parser;
    try {
        ForEachLine({text.data(), size}, [&](std::string_view line) {
            const int64_t number = next++;
            if (!wanted(line)) return;
            const auto capacity = static_cast<size_t>(text.data() + text.size() - line.data());
            ondemand::document document = parser.iterate(line.data(), line.size(), capacity);
            Fields fields(document.get_array());
            Row& row = rows.emplace_back();
            row.row = number;
            read(fields, row);
        });
    } catch (const simdjson::simdjson_error& error) {
        ThrowDamaged(error.what());
    }
    return rows;
}

void ReadLog(Fields& fields, model::LogRow& row) {
    int level = 0;
    fields.Take(row.ts, level, row.logger, row.message, row.task_id, row.source_file, row.source_line, row.extras);
    if (level < 0 || level > static_cast<int>(model::Level::kCritical)) ThrowDamaged("unknown level");
    row.level = static_cast<model::Level>(level);
}

bool AnyLevel(uint8_t levels, const LogGlance& may_be_wanted) {
    for (int level = 0; level <= static_cast<int>(model::Level::kCritical); ++level)
        if ((levels >> level & 1) != 0 && may_be_wanted(static_cast<model::Level>(level), std::nullopt)) return true;
    return false;
}

/// The second value of a log line, one digit; nothing if it is not that.
std::optional<model::Level> LevelOf(std::string_view line) {
    const size_t at = line.find(',');
    if (at == std::string_view::npos || at + 2 >= line.size() || line[at + 2] != ',') return std::nullopt;
    const int level = line[at + 1] - '0';
    if (level < 0 || level > static_cast<int>(model::Level::kCritical)) return std::nullopt;
    return static_cast<model::Level>(level);
}

}  // namespace

std::string EncodeLogs(std::span<const model::LogRow> rows) {
    std::string text;
    uint8_t levels = 0;
    for (const model::LogRow& row : rows) {
        levels = static_cast<uint8_t>(levels | 1U << static_cast<uint8_t>(row.level));
        PutLine(text, row.ts, int64_t{static_cast<uint8_t>(row.level)}, row.logger, row.message, row.task_id,
                row.source_file, int64_t{row.source_line}, row.extras);
    }
    return std::string{kLevelsFollow, static_cast<char>(levels)} + Packed(std::move(text));
}

std::vector<model::LogRow> DecodeLogs(std::string_view payload, int64_t first_row) {
    return DecodeArrays<model::LogRow>(payload, first_row, ReadLog, EveryLine);
}

std::vector<model::LogRow> DecodeLogs(std::string_view payload, int64_t first_row, const LogGlance& may_be_wanted) {
    if (HasLevels(payload) && !AnyLevel(static_cast<uint8_t>(payload[1]), may_be_wanted)) return {};
    return DecodeArrays<model::LogRow>(payload, first_row, ReadLog, [&](std::string_view line) {
        const std::optional<model::Level> level = LevelOf(line);
        return !level || may_be_wanted(*level, line);
    });
}

std::string EncodeErrors(std::span<const model::ErrorRow> rows) {
    std::string text;
    for (const model::ErrorRow& row : rows)
        PutLine(text, row.ts, row.error_type, row.error_title, row.error_status, row.error_detail, row.traceback,
                row.task_id, row.signature, row.log_row, row.extras);
    return Packed(std::move(text));
}

std::vector<model::ErrorRow> DecodeErrors(std::string_view payload, int64_t first_row) {
    const auto read = [](Fields& fields, model::ErrorRow& row) {
        fields.Take(row.ts, row.error_type, row.error_title, row.error_status, row.error_detail, row.traceback,
                    row.task_id, row.signature, row.log_row, row.extras);
    };
    return DecodeArrays<model::ErrorRow>(payload, first_row, read, EveryLine);
}

std::string EncodeData(std::span<const model::DataRow> rows) {
    std::string text;
    for (const model::DataRow& row : rows) {
        text += json::serialize(row.columns);
        text += '\n';
    }
    return Packed(std::move(text));
}

// Columns have any shape, so they are read by the library that holds them.
std::vector<model::DataRow> DecodeData(std::string_view payload, int64_t first_row) {
    const std::string text = Unpacked(payload);
    json::parse_options options;
    options.max_depth = 1024;
    std::vector<model::DataRow> rows;
    ForEachLine(text, [&](std::string_view line) {
        boost::system::error_code failed;
        json::value value = json::parse(line, failed, {}, options);
        if (failed || !value.is_object()) ThrowDamaged("a data row is no object");
        const int64_t row = first_row + static_cast<int64_t>(rows.size());
        rows.push_back({row, std::move(value.get_object())});
    });
    return rows;
}

}  // namespace dagy::store
