#include "lake/search_row.h"

#include <fmt/format.h>

#include <cmath>

#include "base/exact_json.h"

namespace dagy::lake {

SearchRow SearchRowOf(const model::LogRow& row) {
    return {.kind = model::RecordKind::kLog,
            .row = row.row,
            .ts = row.ts,
            .level = row.level,
            .logger = row.logger,
            .task_id = row.task_id,
            .source_file = row.source_file,
            .source_line = row.source_line == 0 ? std::nullopt : std::optional<int64_t>(row.source_line),
            .message = row.message,
            .extras = row.extras};
}

SearchRow SearchRowOf(const model::ErrorRow& row) {
    return {.kind = model::RecordKind::kError,
            .row = row.row,
            .ts = row.ts,
            .task_id = row.task_id,
            .signature = row.signature,
            .error_status = row.error_status ? std::optional<int64_t>(*row.error_status) : std::nullopt,
            .log_row = row.log_row,
            .error_type = row.error_type,
            .error_title = row.error_title,
            .error_detail = row.error_detail,
            .traceback = row.traceback,
            .extras = row.extras};
}

SearchRow SearchRowOf(const model::DataRow& row) {
    return {.kind = model::RecordKind::kData, .row = row.row, .columns = &row.columns};
}

std::string ShownText(const json::value& value) {
    if (const json::string* text = value.if_string()) return std::string(*text);
    if (const double* number = value.if_double(); number != nullptr && std::isfinite(*number))
        return fmt::format("{}", *number);
    return SerializeExact(value);
}

void RowTexts::Reset(const SearchRow& row) {
    row_ = &row;
    texts_.clear();
    made_.clear();
    all_ = row.columns == nullptr && (row.kind != model::RecordKind::kLog || row.extras.empty());
    AddFixed(row);
}

void RowTexts::AddFixed(const SearchRow& row) {
    if (row.kind == model::RecordKind::kLog) {
        texts_.push_back({"message", row.message});
    } else if (row.kind == model::RecordKind::kError) {
        texts_.push_back({"error_type", row.error_type});
        texts_.push_back({"error_title", row.error_title});
        texts_.push_back({"error_detail", row.error_detail});
        texts_.push_back({"traceback", row.traceback});
    }
}

const RowText* RowTexts::At(size_t index) {
    if (index >= texts_.size() && !all_) {
        all_ = true;
        row_->columns != nullptr ? AddColumns(*row_->columns) : AddExtras();
    }
    return index < texts_.size() ? &texts_[index] : nullptr;
}

// Extras that are not JSON after all are searched as the text that they are.
void RowTexts::AddExtras() {
    boost::system::error_code failed;
    extras_ = json::parse(row_->extras, failed);
    const json::object* members = extras_.if_object();
    if (failed || members == nullptr) return texts_.push_back({"extras", row_->extras});
    for (const auto& member : *members) AddValue("extras", member.value());
}

void RowTexts::AddColumns(const json::object& columns) {
    for (const auto& [name, value] : columns) AddValue(name, value);
}

void RowTexts::AddValue(std::string_view column, const json::value& value) {
    if (value.is_null()) return;
    if (const json::string* text = value.if_string())
        texts_.push_back({column, *text});
    else
        texts_.push_back({column, made_.emplace_back(ShownText(value))});
}

}  // namespace dagy::lake
