/// The head of a text log line of Airflow 1.10, 2 and 3's console.
#pragma once

#include <optional>
#include <string_view>

#include "model/record.h"

namespace dagy::ingest::airflow {

struct TextHead {
    std::optional<Time> ts;
    model::Level level = model::Level::kInfo;
    std::string_view file;  ///< empty: none
    int32_t line = 0;
    std::string_view text;  ///< what follows `LEVEL - `
};

/// `[2024-06-06T16:10:22.284+0000] {file.py:12} LEVEL - text`; the time also with a space, `, ` or a named UTC zone,
/// the file in two braces or absent. Nothing for a line of another form.
std::optional<TextHead> ParseTextHead(std::string_view line);

}  // namespace dagy::ingest::airflow
