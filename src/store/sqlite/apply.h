/// A batch on its way in: what IngestStore::Apply does inside its one transaction.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/batch.h"
#include "store/ingest_store.h"
#include "store/sqlite/database.h"

namespace dagy::store::sqlite {

/// Rows of a record group, encoded before the transaction begins so that the writer is held for the writing alone.
struct EncodedBlock {
    size_t group = 0;  ///< index into Batch::records
    int64_t rows = 0;
    int64_t error_log_rows = 0;
    std::string payload;
    bool first = false;  ///< of its group
};
std::vector<EncodedBlock> EncodeBlocks(const std::vector<model::RecordGroup>& groups);

/// Lives as long as the transaction. Each event that it appends stands for a real change.
class Applying {
  public:
    Applying(Database& database, const model::Scope& scope, Time now);

    /// False: an event id is known or a mark differs (`result` says which); nothing may be applied.
    bool Admit(const model::Batch& batch);

    void Dag(const model::DagVersion& incoming);
    void Run(model::Run incoming);
    void Attempt(const model::AttemptOfRun& incoming);
    void Phase(const model::PhaseOfRun& incoming);
    void Link(const model::RunLink& link);
    void SourceEvent(const model::SourceEvent& event);
    void Fact(const model::Fact& fact);
    void Chunk(const NewChunk& chunk);
    void Records(const model::RecordGroup& group, const EncodedBlock& block);

    /// After everything else: what the run search filters by, and statistics add up, follows what was applied.
    void MarkRuns();

    ApplyResult result;

  private:
    struct PhaseRow {
        int64_t key = 0;
        int64_t rows[5] = {};  // by RecordKind
        int64_t error_logs = 0;
    };

    void MeetDag(const std::string& dag_id);
    int64_t RunKey(const model::RunName& name);
    PhaseRow& PhaseOf(const model::RunName& run, const std::string& phase, int attempt);
    /// Takes `rows` row numbers of a phase, says so to followers; returns the first.
    int64_t Advance(const model::RunName& run, const std::string& phase, int attempt, model::RecordKind kind,
                    int64_t rows, int64_t error_logs);
    void Touch(int64_t run_key, std::string_view phase);
    void CountRun(const model::Run& run, int change);
    void DropTallies();
    void KeepFormerSource(const model::DagVersion& stored);
    void TellRunState(const model::Run& run, std::string_view from);
    void Tell(std::string_view kind, const std::string& dag_id, const std::string& run_id, const std::string& task_id,
              json::object body);

    Database& database_;
    const model::Scope& scope_;
    Time now_;
    std::map<std::string, bool, std::less<>> met_dags_;
    std::map<model::RunName, int64_t> run_keys_;
    std::map<model::PhaseRef, PhaseRow> phases_;
    std::set<int64_t> touched_;                                // runs whose marks may be old
    std::set<int64_t> grown_;                                  // runs that got rows
    std::set<int64_t> changed_;                                // runs that are new or changed, or whose attempts did
    std::set<std::pair<std::string, std::string>> left_days_;  // dag and date that such a run had before
};

}  // namespace dagy::store::sqlite
