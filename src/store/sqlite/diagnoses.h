/// DiagnosisStore on SQLite.
#pragma once

#include <atomic>

#include "store/diagnosis_store.h"
#include "store/sqlite/connections.h"

namespace dagy::store::sqlite {

class SqliteDiagnosisStore final : public DiagnosisStore {
  public:
    explicit SqliteDiagnosisStore(Connections& connections) : connections_(connections) {}

    DiagnosisRun CreateOrJoin(const DiagnosisRequest& request, bool skip_cache, bool force, Time now,
                              bool* created) override;
    std::optional<DiagnosisRun> Find(const model::Scope& scope, const std::string& id) override;
    std::vector<DiagnosisRun> Unfinished() override;
    void Advance(const std::string& id, model::DiagnosisState state, const std::vector<DiagnosisEvent>& events,
                 const std::optional<std::string>& result, const std::string& evidence_hash, Time now,
                 const std::string& error_code, const std::string& error_message) override;
    void Restart(const std::string& id, Time now) override;
    std::vector<DiagnosisEvent> Events(const std::string& id, int64_t after, size_t limit, bool* known) override;
    std::optional<std::string> Result(const std::string& id) override;
    std::optional<DiagnosisRun> Cached(const DiagnosisRequest& request, const std::string& evidence_hash) override;
    std::vector<DiagnosisRun> LatestCompleted(const std::string& org, size_t limit) override;
    std::optional<std::string> LatestResult(const model::Scope& scope, const std::string& dag_id,
                                            const std::string& run_id) override;
    std::vector<DiagnosedRun> Diagnosed(const model::Scope& scope, const std::string& dag_id,
                                        const std::vector<std::string>& run_ids) override;
    bool WaitEvents(const std::string& id, int64_t after, std::chrono::steady_clock::time_point deadline) override;
    uint64_t WaitAnyEvents(uint64_t seen, std::chrono::steady_clock::time_point deadline) override;
    void Stop() override;

  private:
    template <typename Use>
    auto Write(Use&& use);
    uint64_t Moves() { return moves_ + connections_.OthersCommits(); }

    Connections& connections_;
    std::atomic<uint64_t> moves_ = 1;
    std::atomic<bool> stopped_ = false;
};

}  // namespace dagy::store::sqlite
