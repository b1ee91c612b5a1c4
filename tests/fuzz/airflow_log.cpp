// Any bytes are a log: rows are numbered without a gap, texts are whole UTF-8, and the pieces in which a file is read
// do not show.
#include <simdjson.h>

#include <algorithm>
#include <tuple>

#include "fuzz/target.h"
#include "ingest/airflow/log_reader.h"

namespace {

using dagy::fuzz::Require;

/// Hands the text over a few bytes at a time.
class DripSource final : public dagy::ingest::ByteSource {
  public:
    DripSource(std::string_view text, size_t bytes) : rest_(text), bytes_(bytes) {}
    size_t Read(char* into, size_t bytes_max) override {
        const size_t count = std::min({bytes_, bytes_max, rest_.size()});
        std::copy_n(rest_.data(), count, into);
        rest_.remove_prefix(count);
        return count;
    }

  private:
    std::string_view rest_;
    size_t bytes_;
};

auto Members(const dagy::model::LogRow& row) {
    return std::tie(row.ts, row.level, row.logger, row.message, row.source_file, row.source_line, row.extras);
}
auto Members(const dagy::model::ErrorRow& row) {
    return std::tie(row.ts, row.error_type, row.error_title, row.error_detail, row.traceback, row.log_row);
}

template <class Row>
bool Same(const std::vector<Row>& a, const std::vector<Row>& b) {
    return std::ranges::equal(a, b, [](const Row& one, const Row& other) { return Members(one) == Members(other); });
}

bool IsUtf8(const std::string& text) {
    return simdjson::validate_utf8(text.data(), text.size());
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text = dagy::fuzz::Text(data, size);
    const auto whole = dagy::ingest::airflow::ReadLogText(text);
    for (size_t i = 0; i < whole.logs.size(); ++i) {
        const auto& row = whole.logs[i];
        Require(row.row == static_cast<int64_t>(i), "rows are numbered from 0 without a gap");
        Require(IsUtf8(row.message) && IsUtf8(row.logger) && IsUtf8(row.extras) && IsUtf8(row.source_file),
                "a row's texts are UTF-8");
    }
    for (const auto& error : whole.errors) {
        Require(error.log_row && *error.log_row >= 0 && *error.log_row < static_cast<int64_t>(whole.logs.size()),
                "an error stands at a row");
        Require(IsUtf8(error.traceback) && IsUtf8(error.error_type) && IsUtf8(error.error_detail),
                "an error's texts are UTF-8");
    }
    DripSource drip(text, 1 + size % 7);
    const auto dripped = dagy::ingest::airflow::ReadLog(drip);
    Require(Same(dripped.logs, whole.logs) && Same(dripped.errors, whole.errors), "pieces do not show");
    return 0;
}
