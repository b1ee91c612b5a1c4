#include "diagnose/gather/lake_logs.h"

namespace dagy::diagnose {

std::optional<model::PhaseSummary> LakeLogs::Phase(const model::PhaseRef& ref) {
    {
        std::lock_guard lock(mutex_);
        if (const auto run = phases_.find(ref.run_key); run != phases_.end()) {
            const auto phase = run->second.find(ref);
            return phase == run->second.end() ? std::nullopt : std::optional(phase->second);
        }
    }
    std::map<model::PhaseRef, model::PhaseSummary> of_run;
    for (auto& summary : runs_.Phases(ref.run_key)) of_run.emplace(summary.ref, summary);
    std::lock_guard lock(mutex_);
    const auto& kept = phases_.emplace(ref.run_key, std::move(of_run)).first->second;
    const auto phase = kept.find(ref);
    return phase == kept.end() ? std::nullopt : std::optional(phase->second);
}

void LakeLogs::ReadLogs(const model::PhaseRef& ref, int64_t first_row, int64_t rows,
                        const std::function<bool(std::span<const model::LogRow>)>& take) {
    if (LogCount(ref) == 0) return;
    lake_.ReadLogs(ref, {first_row, rows}, take);
}

void LakeLogs::ReadErrors(const model::PhaseRef& ref,
                          const std::function<bool(std::span<const model::ErrorRow>)>& take) {
    if (const auto phase = Phase(ref); !phase || phase->error_count == 0) return;
    lake_.ReadErrors(ref, {}, take);
}

void LakeLogs::ReadData(const model::PhaseRef& ref, const std::function<bool(std::span<const model::DataRow>)>& take) {
    if (const auto phase = Phase(ref); !phase || phase->data_count == 0) return;
    lake_.ReadData(ref, {}, take);
}

int64_t LakeLogs::LogCount(const model::PhaseRef& ref) {
    const auto phase = Phase(ref);
    return phase ? phase->log_count : 0;
}

}  // namespace dagy::diagnose
