/// A row as a search looks at it, whatever it was read from.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "model/record.h"

namespace dagy::lake {

struct RowText {
    std::string_view column;
    std::string_view text;
};

/// Views into what the row was made from.
struct SearchRow {
    model::RecordKind kind = model::RecordKind::kLog;
    int64_t row = 0;
    std::optional<Time> ts;
    std::optional<model::Level> level;
    std::string_view logger, task_id, source_file, signature;
    std::optional<int64_t> source_line, error_status, log_row;
    std::string_view message, error_type, error_title, error_detail, traceback;
    std::string_view extras;                ///< JSON text
    const json::object* columns = nullptr;  ///< of a data row, canonical
};

SearchRow SearchRowOf(const model::LogRow& row);
SearchRow SearchRowOf(const model::ErrorRow& row);
SearchRow SearchRowOf(const model::DataRow& row);

/// A value as it is shown: a text without quotes, a number as people write it, anything else as JSON.
std::string ShownText(const json::value& value);

/// The searchable texts of one row after the other. Logs: message, then each value of extras; errors: type, title,
/// detail, traceback; data: every value. What has to be made is made when it is asked for, and lives until the next
/// Reset. Not thread-safe.
class RowTexts {
  public:
    void Reset(const SearchRow& row);
    /// nullptr behind the last one.
    const RowText* At(size_t index);

  private:
    void AddFixed(const SearchRow& row);
    void AddExtras();
    void AddColumns(const json::object& columns);
    void AddValue(std::string_view column, const json::value& value);

    const SearchRow* row_ = nullptr;
    std::vector<RowText> texts_;
    std::deque<std::string> made_;
    json::value extras_;
    bool all_ = true;
};

}  // namespace dagy::lake
