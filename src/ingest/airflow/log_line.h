/// One physical line of an Airflow log: JSON (Airflow 3), `[time] {file.py:12} LEVEL - text` (Airflow 2), or plain
/// text.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "model/record.h"

namespace dagy::ingest::airflow {

/// No text of a row is longer; what was cut away is said in extras, `{"cut_bytes":N}`.
inline constexpr size_t kRowBytesMax = size_t{1} << 20;

/// What a line that says nothing of itself takes over from the lines before it.
struct LineContext {
    std::optional<Time> ts;
    model::Level level = model::Level::kInfo;
};

struct LogLine {
    model::LogRow row;                     ///< `row` and `task_id` are the caller's to fill
    std::optional<model::ErrorRow> error;  ///< of `error_detail`; `row`, `log_row` and `task_id` are the caller's
};

/// Never fails: a line that is no good JSON is plain text. `line` is valid UTF-8 without its line end; `cut_bytes` of
/// it are missing.
LogLine ParseLogLine(std::string_view line, uint64_t cut_bytes, LineContext& context);

}  // namespace dagy::ingest::airflow
