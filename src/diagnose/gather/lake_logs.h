/// The lake as a `LogSource`.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "diagnose/case_file.h"
#include "lake/lake.h"
#include "store/run_store.h"

namespace dagy::diagnose {

class LakeLogs final : public LogSource {
  public:
    LakeLogs(lake::Lake& lake, store::RunStore& runs) : lake_(lake), runs_(runs) {}

    void ReadLogs(const model::PhaseRef& ref, int64_t first_row, int64_t rows,
                  const std::function<bool(std::span<const model::LogRow>)>& take) override;
    void ReadErrors(const model::PhaseRef& ref,
                    const std::function<bool(std::span<const model::ErrorRow>)>& take) override;
    void ReadData(const model::PhaseRef& ref,
                  const std::function<bool(std::span<const model::DataRow>)>& take) override;
    int64_t LogCount(const model::PhaseRef& ref) override;

  private:
    lake::Lake& lake_;
    store::RunStore& runs_;
    std::mutex mutex_;
    /// Phases of each run asked for so far: one query a run instead of one an attempt.
    std::map<int64_t, std::map<model::PhaseRef, model::PhaseSummary>> phases_;
    std::optional<model::PhaseSummary> Phase(const model::PhaseRef& ref);
};

}  // namespace dagy::diagnose
