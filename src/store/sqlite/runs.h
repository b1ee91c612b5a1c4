/// RunStore on SQLite.
#pragma once

#include "store/run_store.h"
#include "store/sqlite/connections.h"

namespace dagy::store::sqlite {

class SqliteRunStore final : public RunStore {
  public:
    explicit SqliteRunStore(Connections& connections) : connections_(connections) {}

    std::vector<DagSummary> Dags(const std::string& org, const std::optional<std::string>& deployment, size_t offset,
                                 size_t limit, const std::optional<DagPlace>& after) override;
    int64_t CountDags(const std::string& org, const std::optional<std::string>& deployment) override;
    std::optional<model::DagVersion> Dag(const model::Scope& scope, const std::string& dag_id,
                                         const std::optional<std::string>& version) override;
    std::vector<model::DagVersion> DagVersions(const model::Scope& scope, const std::string& dag_id) override;

    RunPage Runs(const RunQuery& query) override;
    std::vector<RunNames> Names(const RunQuery& query) override;
    std::vector<RunHeads> Heads(const RunQuery& query, const std::vector<model::EtlPhase>& phases,
                                const HeadTest& may_be) override;
    std::vector<model::Run> RunsByKey(const std::string& org, const std::vector<int64_t>& run_keys) override;
    std::optional<model::Run> FindRun(const std::string& org, const std::optional<std::string>& deployment,
                                      const std::string& dag_id, const std::string& run_id) override;
    std::optional<model::Run> RunByKey(int64_t run_key) override;
    std::vector<model::TaskAttempt> Attempts(int64_t run_key) override;
    std::vector<model::TaskAttempt> AttemptsOfRuns(const std::vector<int64_t>& run_keys) override;
    std::vector<model::Run> History(const model::Scope& scope, const std::string& dag_id, Time before,
                                    size_t limit) override;
    std::vector<model::Run> Later(const model::Scope& scope, const std::string& dag_id, Time from,
                                  size_t limit) override;
    void DayTallies(const model::Scope& scope, const std::string& dag_id, const std::string& date_from,
                    const std::string& date_to, const std::function<void(const DayTally&)>& take) override;
    std::vector<model::RunLink> Links(const model::Scope& scope, const std::string& dag_id,
                                      const std::string& run_id) override;
    std::vector<model::SourceEvent> SourceEvents(const model::Scope& scope, const std::optional<std::string>& dag_id,
                                                 Time from, Time to, size_t limit) override;
    std::vector<model::Fact> Facts(const model::Scope& scope, const std::string& kind, bool history) override;
    std::vector<model::PhaseSummary> Phases(int64_t run_key) override;
    std::map<int64_t, std::vector<model::PhaseSummary>> PhasesOfRuns(const std::vector<int64_t>& run_keys) override;
    std::vector<RunObject> Objects(int64_t run_key) override;
    std::vector<std::string> SimilarDags(const std::string& org, const std::string& dag_id) override;
    std::vector<std::string> SimilarRuns(const std::string& org, const std::string& dag_id,
                                         const std::string& run_id) override;

  private:
    Connections& connections_;
};

}  // namespace dagy::store::sqlite
