#include "lake/column_lists.h"

#include <algorithm>

namespace dagy::lake {
namespace {

constexpr size_t kListsMax = 4096;
constexpr size_t kColumnsMax = 200000;

bool Same(const std::vector<DataColumns::Column>& a, const std::vector<DataColumns::Column>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& left, const auto& right) {
        return left.type == right.type && left.name == right.name;
    });
}

}  // namespace

ColumnLists::List ColumnLists::Find(const std::string& sha256) {
    const std::lock_guard lock(mutex_);
    const auto at = lists_.find(sha256);
    return at == lists_.end() ? nullptr : at->second;
}

ColumnLists::List ColumnLists::Put(const std::string& sha256, std::vector<DataColumns::Column> columns) {
    const std::lock_guard lock(mutex_);
    if (!last_ || !Same(*last_, columns)) {
        held_ += columns.size();
        last_ = std::make_shared<const std::vector<DataColumns::Column>>(std::move(columns));
    }
    if (lists_.size() >= kListsMax || held_ > kColumnsMax) {
        lists_.clear();
        held_ = last_->size();
    }
    return lists_[sha256] = last_;
}

}  // namespace dagy::lake
