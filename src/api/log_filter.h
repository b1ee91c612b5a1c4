/// Which lines of a log a client asked for: the filter of pages, downloads and followed logs alike.
#pragma once

#include <optional>
#include <string>

#include "lake/text_pattern.h"
#include "model/record.h"

namespace dagy::api {

/// Exactly this level; a case-insensitive substring of the message. Immutable.
class LogFilter {
  public:
    LogFilter() = default;
    LogFilter(std::optional<model::Level> level, const std::optional<std::string>& keyword) : level_(level) {
        if (keyword && !keyword->empty()) pattern_.emplace(*keyword);
    }
    bool Passes(const model::LogRow& row) const {
        return (!level_ || row.level == *level_) && (!pattern_ || pattern_->In(row.message));
    }

  private:
    std::optional<model::Level> level_;
    std::optional<lake::TextPattern> pattern_;
};

}  // namespace dagy::api
