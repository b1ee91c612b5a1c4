#include "lake/row_json.h"

#include "lake/template_ids.h"

namespace dagy::lake {
namespace {

json::value TextOrNull(const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

// Extras that are not JSON after all are shown as the text that they are.
json::value Extras(const std::string& text) {
    if (text.empty()) return nullptr;
    boost::system::error_code failed;
    json::value parsed = json::parse(text, failed);
    return failed ? json::value(text) : parsed;
}

// Made of the message, not read: so rows that are not settled yet, and rows of chunks that lack it, have it too.
int64_t TemplateOf(const model::LogRow& row) {
    static thread_local TemplateIds templates;
    return templates.Of(row.message);
}

template <class Number>
json::value NumberOrNull(const std::optional<Number>& number) {
    return number ? json::value(static_cast<int64_t>(*number)) : json::value(nullptr);
}

}  // namespace

std::vector<Column> LogColumns() {
    return {{"_row", "BIGINT"},         {"ts", "TIMESTAMP WITH TIME ZONE"},
            {"level", "VARCHAR"},       {"logger", "VARCHAR"},
            {"message", "VARCHAR"},     {"task_id", "VARCHAR"},
            {"source_file", "VARCHAR"}, {"source_line", "INTEGER"},
            {"template_id", "BIGINT"},  {"extras", "JSON"}};
}

std::vector<Column> ErrorColumns() {
    return {{"error_type", "VARCHAR"},
            {"error_title", "VARCHAR"},
            {"error_status", "INTEGER"},
            {"error_detail", "VARCHAR"},
            {"traceback", "VARCHAR"},
            {"_row", "BIGINT"},
            {"ts", "TIMESTAMP WITH TIME ZONE"},
            {"task_id", "VARCHAR"},
            {"signature", "VARCHAR"},
            {"log_row", "BIGINT"},
            {"extras", "JSON"}};
}

json::object ToItem(const model::LogRow& row) {
    return {{"_row", row.row},
            {"ts", OrNull(row.ts)},
            {"level", model::Name(row.level)},
            {"logger", TextOrNull(row.logger)},
            {"message", row.message},
            {"task_id", TextOrNull(row.task_id)},
            {"source_file", TextOrNull(row.source_file)},
            {"source_line", row.source_line == 0 ? json::value(nullptr) : json::value(row.source_line)},
            {"template_id", TemplateOf(row)},
            {"extras", Extras(row.extras)}};
}

json::object ToItem(const model::ErrorRow& row) {
    return {{"error_type", TextOrNull(row.error_type)},
            {"error_title", TextOrNull(row.error_title)},
            {"error_status", NumberOrNull(row.error_status)},
            {"error_detail", TextOrNull(row.error_detail)},
            {"traceback", TextOrNull(row.traceback)},
            {"_row", row.row},
            {"ts", OrNull(row.ts)},
            {"task_id", TextOrNull(row.task_id)},
            {"signature", TextOrNull(row.signature)},
            {"log_row", NumberOrNull(row.log_row)},
            {"extras", Extras(row.extras)}};
}

}  // namespace dagy::lake
