/// The columns of chunks of data, remembered: a page of a phase must not open every chunk of it.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "lake/data_columns.h"

namespace dagy::lake {

/// By the chunk's hash. Chunks of one task nearly always have the same columns, so equal lists are kept once.
/// Thread-safe.
class ColumnLists {
  public:
    using List = std::shared_ptr<const std::vector<DataColumns::Column>>;
    /// nullptr if it is not known.
    List Find(const std::string& sha256);
    List Put(const std::string& sha256, std::vector<DataColumns::Column> columns);

  private:
    std::mutex mutex_;
    std::unordered_map<std::string, List> lists_;
    List last_;
    size_t held_ = 0;  // columns in lists, at most
};

}  // namespace dagy::lake
