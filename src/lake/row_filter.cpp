#include "lake/row_filter.h"

#include <algorithm>

namespace dagy::lake {
namespace {

// A value is searched as it is shown: a text without quotes, anything else as JSON.
bool InValue(const TextPattern& pattern, const json::value& value) {
    if (value.is_null()) return false;
    if (const json::string* text = value.if_string()) return pattern.In(*text);
    return pattern.In(json::serialize(value));
}

}  // namespace

RowFilter::RowFilter(const PageQuery& query) {
    if (query.kind == model::RecordKind::kLog) level_ = query.level;
    if (query.keyword && !query.keyword->empty()) pattern_.emplace(*query.keyword);
}

bool RowFilter::Passes(const model::LogRow& row) const {
    return (!level_ || row.level == *level_) && (!pattern_ || pattern_->In(row.message));
}

bool RowFilter::Passes(const model::ErrorRow& row) const {
    if (!pattern_) return true;
    return pattern_->In(row.error_type) || pattern_->In(row.error_title) || pattern_->In(row.error_detail) ||
           pattern_->In(row.traceback) || pattern_->In(row.task_id);
}

bool RowFilter::Passes(const model::DataRow& row) const {
    return !pattern_ || std::any_of(row.columns.begin(), row.columns.end(),
                                    [&](const auto& member) { return InValue(*pattern_, member.value()); });
}

}  // namespace dagy::lake
