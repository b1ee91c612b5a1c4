/// Records: log lines, errors and data rows of one phase attempt.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"

namespace dagy::model {

enum class RecordKind { kLog, kError, kData, kQueueData, kEvent };

/// `logs errors data queue_data event`, as the Parquet files are called.
std::string_view FileStem(RecordKind kind);

/// Where records live: one phase of one attempt of one run. Mapped tasks have a phase each (`name[3]`).
struct PhaseRef {
    int64_t run_key = 0;
    std::string phase;
    int attempt = 1;
    auto operator<=>(const PhaseRef&) const = default;
};

/// Levels as shown: DEBUG INFO WARNING ERROR CRITICAL; unknown ones become INFO and are kept in extras.
enum class Level : uint8_t { kDebug, kInfo, kWarning, kError, kCritical };
std::string_view Name(Level level);
/// Upper or lower case, `WARN`, `FATAL`, `TRACE` too.
std::optional<Level> ParseLevel(std::string_view text);

/// One log line. A physical line of the source is one row; the text is valid UTF-8 (bad bytes become U+FFFD), ANSI
/// codes stay. `row` is 0-based within (phase, attempt, kind) in the order in which the source wrote, and never
/// changes.
struct LogRow {
    int64_t row = 0;
    std::optional<Time> ts;
    Level level = Level::kInfo;
    std::string logger;
    std::string message;
    std::string task_id;
    std::string source_file;
    int32_t source_line = 0;  ///< 0: none
    std::string extras;       ///< a JSON object's text, or empty
};

/// One error. `traceback` is in the language's own form (Python: "Traceback (most recent call last): …", chained parts
/// included).
struct ErrorRow {
    int64_t row = 0;
    std::optional<Time> ts;
    std::string error_type;   ///< class, as dotted as the source has it
    std::string error_title;  ///< first line of the message
    std::optional<int> error_status;
    std::string error_detail;  ///< the whole message
    std::string traceback;
    std::string task_id;
    std::string signature;           ///< groups the same error over runs; empty until computed
    std::optional<int64_t> log_row;  ///< the log row that carried it
    std::string extras;
};

/// One row of a task's data, its own columns.
struct DataRow {
    int64_t row = 0;
    json::object columns;
};

/// What a phase attempt says of itself, its `metadata.parquet`.
struct PhaseSummary {
    PhaseRef ref;
    std::string status;  ///< success | error | running | missing
    std::string message;
    std::optional<int64_t> total;
    int64_t log_count = 0;
    int64_t error_log_count = 0;  ///< rows at ERROR or above
    int64_t error_count = 0;
    int64_t data_count = 0;
};

}  // namespace dagy::model
