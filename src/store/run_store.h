/// Reads dags, runs, attempts and what belongs to them. Everything is inside one organization; another one's things do
/// not exist here.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/phase_status.h"
#include "model/record.h"
#include "model/run.h"
#include "store/day_tally.h"

namespace dagy::store {

struct DagSummary {
    std::string deployment;
    std::string dag_id;
    std::string version;
    int64_t runs = 0;
    int64_t failed_runs = 0;
    std::optional<model::Run> last_run;
    std::optional<Time> last_success_at;
};

/// Only runs whose phase, in its newest attempt, has this status.
struct PhaseCondition {
    model::EtlPhase phase = model::EtlPhase::kEvent;
    model::PhaseStatus status = model::PhaseStatus::kMissing;
};

struct RunQuery {
    std::string org;
    std::optional<std::string> deployment;
    std::optional<std::string> dag_id;
    std::optional<std::string> date_from, date_to;  ///< partition dates, inclusive
    std::vector<model::RunState> states;            ///< empty: all
    std::vector<std::string> run_ids;               ///< empty: all
    std::vector<PhaseCondition> phases;             ///< all of them
    /// Keyset: only runs that sort after this one (newest first by partition date, start, key). Nothing: from the top.
    std::optional<int64_t> after_run_key;
    size_t offset = 0;
    size_t limit = 20;
    bool with_total = true;  ///< false: the page's total is 0, and counting is saved
};

/// Where a run stands in lists, and its names.
struct RunNames {
    int64_t key = 0;
    std::string dag_id, run_id;
};

struct RunPage {
    std::vector<model::Run> runs;  ///< newest first: (partition date, started_at, key) descending
    int64_t total = 0;
};

/// Rows of each kind that the head of a phase holds.
inline constexpr int64_t kHeadRows = 100;

/// What the keywords of the run search are looked for in: what a phase says of itself and its first rows.
struct PhaseHead {
    model::EtlPhase phase = model::EtlPhase::kEvent;
    model::PhaseSummary summary;  ///< of its newest attempt
    std::string text;             ///< data rows, and of the event phase queue_data and event: JSON, one a line
    bool whole = true;            ///< false: the first kHeadRows rows of each kind are not all in `text`
};

/// A run with the heads that were asked for.
struct RunHeads {
    int64_t key = 0;
    std::string deployment, run_id;
    std::string date;               ///< partition date
    int64_t began_at = 0;           ///< what runs of a date are ordered by, before their key
    std::vector<PhaseHead> phases;  ///< those that the run has
};

/// A head as it is met, before anything of it is copied; valid while it is looked at.
struct HeadGlance {
    model::EtlPhase phase = model::EtlPhase::kEvent;
    std::string_view deployment, run_id;
    std::string_view date;  ///< partition date
    std::string_view message;
    int attempt = 1;
    std::optional<int64_t> total;
    int64_t log_count = 0, error_log_count = 0, data_count = 0;
    std::optional<std::string_view> text;  ///< as of PhaseHead, and whole; nothing: it would have to be read first
};
/// Whether the head may be wanted. Must not call the store.
using HeadTest = std::function<bool(const HeadGlance&)>;

/// A dag's place in the list of dags.
struct DagPlace {
    std::string dag_id;
    std::string deployment;
};

/// A registered Parquet object of a run.
struct RunObject {
    model::PhaseRef ref;
    model::RecordKind kind = model::RecordKind::kLog;
    std::string key;
    int64_t first_row = 0;
    int64_t rows = 0;
    int64_t bytes = 0;
    std::string sha256;
};

/// Thread-safe.
class RunStore {
  public:
    virtual ~RunStore() = default;

    /// By (dag id, deployment); with `after`, only those that come after it.
    virtual std::vector<DagSummary> Dags(const std::string& org, const std::optional<std::string>& deployment,
                                         size_t offset, size_t limit, const std::optional<DagPlace>& after = {}) = 0;
    virtual int64_t CountDags(const std::string& org, const std::optional<std::string>& deployment) = 0;

    /// The newest version, or the named one.
    virtual std::optional<model::DagVersion> Dag(const model::Scope& scope, const std::string& dag_id,
                                                 const std::optional<std::string>& version = {}) = 0;
    virtual std::vector<model::DagVersion> DagVersions(const model::Scope& scope, const std::string& dag_id) = 0;

    virtual RunPage Runs(const RunQuery& query) = 0;
    /// The runs that `Runs` gives, in that order, by name alone.
    virtual std::vector<RunNames> Names(const RunQuery& query) = 0;
    /// The runs that `Runs` gives, in that order, with the heads of `phases` and without a total. With `may_be`, only
    /// those that have all of the phases, and of each of them `may_be` is true.
    virtual std::vector<RunHeads> Heads(const RunQuery& query, const std::vector<model::EtlPhase>& phases,
                                        const HeadTest& may_be = {}) = 0;
    /// Those of the organization that are there, in the order of `run_keys`.
    virtual std::vector<model::Run> RunsByKey(const std::string& org, const std::vector<int64_t>& run_keys) = 0;
    /// Without a deployment: the only one that has such a run, else the organization's default one, else the newest.
    virtual std::optional<model::Run> FindRun(const std::string& org, const std::optional<std::string>& deployment,
                                              const std::string& dag_id, const std::string& run_id) = 0;
    virtual std::optional<model::Run> RunByKey(int64_t run_key) = 0;

    /// Every attempt, by (task id, attempt).
    virtual std::vector<model::TaskAttempt> Attempts(int64_t run_key) = 0;
    /// Attempts of many runs of a dag, for history, without extras.
    virtual std::vector<model::TaskAttempt> AttemptsOfRuns(const std::vector<int64_t>& run_keys) = 0;
    /// Runs of the dag that began before `before` (or have no start but were queued before it), newest first.
    virtual std::vector<model::Run> History(const model::Scope& scope, const std::string& dag_id, Time before,
                                            size_t limit) = 0;
    /// Runs of the dag that began at or after `from`, oldest first; for "was it good again later".
    virtual std::vector<model::Run> Later(const model::Scope& scope, const std::string& dag_id, Time from,
                                          size_t limit) = 0;

    /// How the runs of a dag fared on each partition date in [from, to] that has any, oldest first, with its failed
    /// runs likewise. `take` must not call the store.
    virtual void DayTallies(const model::Scope& scope, const std::string& dag_id, const std::string& date_from,
                            const std::string& date_to, const std::function<void(const DayTally&)>& take) = 0;

    /// Links that start or end at this run.
    virtual std::vector<model::RunLink> Links(const model::Scope& scope, const std::string& dag_id,
                                              const std::string& run_id) = 0;
    /// Source events of the deployment in [from, to], oldest first, at most `limit`; with a dag: those of it and those
    /// of none.
    virtual std::vector<model::SourceEvent> SourceEvents(const model::Scope& scope,
                                                         const std::optional<std::string>& dag_id, Time from, Time to,
                                                         size_t limit) = 0;
    /// Facts of a kind as last seen, by key. With `history`, every version, oldest first per key.
    virtual std::vector<model::Fact> Facts(const model::Scope& scope, const std::string& kind,
                                           bool history = false) = 0;

    /// Phases of a run with their counts, by (phase, attempt).
    virtual std::vector<model::PhaseSummary> Phases(int64_t run_key) = 0;
    /// The same of many runs, by run.
    virtual std::map<int64_t, std::vector<model::PhaseSummary>> PhasesOfRuns(const std::vector<int64_t>& run_keys) = 0;

    /// What of a run is Parquet by now, by (phase, attempt, kind, first row).
    virtual std::vector<RunObject> Objects(int64_t run_key) = 0;

    /// Dag ids and, within a dag, run ids nearest to a word that was not found (edit distance, then prefix), best
    /// first, at most 3.
    virtual std::vector<std::string> SimilarDags(const std::string& org, const std::string& dag_id) = 0;
    virtual std::vector<std::string> SimilarRuns(const std::string& org, const std::string& dag_id,
                                                 const std::string& run_id) = 0;
};

}  // namespace dagy::store
