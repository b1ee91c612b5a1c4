/// Logs as text, by task and attempt; for tests of everything that reads them.
#pragma once

#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "diagnose/case_file.h"

namespace dagy::testing {

class TextLogs final : public diagnose::LogSource {
  public:
    /// A row per line, level ERROR for lines that begin with `E `, else INFO; a second apart.
    TextLogs& Add(int64_t run_key, const std::string& task, int attempt, const std::string& text) {
        auto& rows = logs_[{run_key, task, attempt}];
        std::istringstream in(text);
        for (std::string line; std::getline(in, line);) {
            model::LogRow row;
            row.row = static_cast<int64_t>(rows.size());
            row.ts = *ParseTime("2026-01-01T00:00:00Z") + std::chrono::seconds(row.row);
            const bool is_error = line.starts_with("E ");
            row.level = is_error ? model::Level::kError : model::Level::kInfo;
            row.message = is_error ? line.substr(2) : line;
            row.task_id = task;
            rows.push_back(std::move(row));
        }
        return *this;
    }

    void ReadLogs(const model::PhaseRef& ref, int64_t first_row, int64_t rows,
                  const std::function<bool(std::span<const model::LogRow>)>& take) override {
        const auto found = logs_.find(ref);
        if (found == logs_.end()) return;
        const auto size = static_cast<int64_t>(found->second.size());
        const int64_t from = std::min(first_row, size), count = std::min(rows, size - from);
        if (count > 0) take(std::span(found->second).subspan(static_cast<size_t>(from), static_cast<size_t>(count)));
    }
    void ReadErrors(const model::PhaseRef&, const std::function<bool(std::span<const model::ErrorRow>)>&) override {}
    void ReadData(const model::PhaseRef&, const std::function<bool(std::span<const model::DataRow>)>&) override {}
    int64_t LogCount(const model::PhaseRef& ref) override {
        const auto found = logs_.find(ref);
        return found == logs_.end() ? 0 : static_cast<int64_t>(found->second.size());
    }

  private:
    std::map<model::PhaseRef, std::vector<model::LogRow>> logs_;
};

}  // namespace dagy::testing
