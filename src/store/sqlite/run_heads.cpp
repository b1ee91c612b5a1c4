// The part of RunStore that is about what keywords of the run search are looked for in.
#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "store/sqlite/phase_heads.h"
#include "store/sqlite/run_filter.h"
#include "store/sqlite/runs.h"

namespace dagy::store::sqlite {
namespace {

using model::RecordKind;

// Of a run, the index alone; of a phase, one row. CROSS, so that nobody begins with the phases of all dags.
std::string HeadsSql(const RunQuery& query, const RunFilter& filter, const std::vector<model::EtlPhase>& phases,
                     bool all_runs) {
    std::string wanted;
    for (const model::EtlPhase phase : phases)
        wanted += (wanted.empty() ? "" : ",") + std::to_string(static_cast<int>(phase));
    return "SELECT key, deployment, run_id, partition_date, began_at, e.phase, e.head, e.message, e.attempt, e.total, "
           "e.log_count, e.error_log_count, e.data_count, e.error_count, e.status, e.phase_key" +
           TableOf(query) + (all_runs ? " LEFT JOIN" : " CROSS JOIN") +
           " etl_phases AS e ON e.run_key = key AND e.phase IN (" + wanted + ")" + filter.sql() + kNewestFirst;
}

/// Adds rows of one kind, of which the phase has `count`.
void AddRows(Database& database, int64_t phase_key, RecordKind kind, int64_t count, PhaseHead& head) {
    int64_t rows = 0;
    std::string stored;
    Statement row(database, "SELECT rows, text FROM phase_heads WHERE phase_key = ? AND kind = ?", phase_key,
                  static_cast<int>(kind));
    if (row.Step()) row.Read(rows, stored);
    head.text += HeadText(std::move(stored));
    head.whole &= rows >= std::min(kHeadRows, count);
}

/// Of a head that its row in etl_phases does not hold. What made the event belongs to its head too.
void ReadRows(Database& database, int64_t phase_key, PhaseHead& head) {
    int64_t data = 0, queue_data = 0, events = 0;
    {
        Statement row(database, "SELECT data_count, queue_data_count, event_count FROM phases WHERE key = ?",
                      phase_key);
        if (row.Step()) row.Read(data, queue_data, events);
    }
    AddRows(database, phase_key, RecordKind::kData, data, head);
    if (head.phase != model::EtlPhase::kEvent) return;
    AddRows(database, phase_key, RecordKind::kQueueData, queue_data, head);
    AddRows(database, phase_key, RecordKind::kEvent, events, head);
}

HeadGlance GlanceAt(const Statement& row) {
    HeadGlance head;
    int phase = 0;
    row.ReadFrom(1, head.deployment, head.run_id, head.date);
    row.ReadFrom(5, phase, head.text, head.message, head.attempt, head.total, head.log_count, head.error_log_count,
                 head.data_count);
    head.phase = static_cast<model::EtlPhase>(phase);
    return head;
}

void AddHead(Database& database, const Statement& row, RunHeads& run) {
    const HeadGlance seen = GlanceAt(row);
    PhaseHead& head = run.phases.emplace_back();
    int status = 0;
    int64_t error_count = 0, phase_key = 0;
    row.ReadFrom(13, error_count, status, phase_key);
    head.phase = seen.phase;
    head.summary = {.ref = {run.key, std::string(Name(seen.phase)), seen.attempt},
                    .status = std::string(Name(static_cast<model::PhaseStatus>(status))),
                    .message = std::string(seen.message),
                    .total = seen.total,
                    .log_count = seen.log_count,
                    .error_log_count = seen.error_log_count,
                    .error_count = error_count,
                    .data_count = seen.data_count};
    if (seen.text)
        head.text = *seen.text;
    else
        ReadRows(database, phase_key, head);
}

/// Puts the rows together that runs come in, one for each phase.
class HeadList {
  public:
    HeadList(Database& database, const RunQuery& query, size_t phases, const HeadTest& may_be)
        : database_(database), skip_(query.offset), limit_(query.limit), phases_(phases), may_be_(may_be) {}

    /// False: there are enough of them.
    bool Add(const Statement& row) {
        int64_t key = 0;
        row.Read(key);
        if (key != run_.key && !Begin(key)) return false;
        if (passed_over_) return true;
        if (may_be_ && !may_be_(GlanceAt(row))) {
            passed_over_ = true;
            return true;
        }
        if (run_.date.empty()) row.Read(run_.key, run_.deployment, run_.run_id, run_.date, run_.began_at);
        std::optional<int> phase;
        row.ReadFrom(5, phase);
        if (phase) AddHead(database_, row, run_);
        return true;
    }

    std::vector<RunHeads> Take() {
        End();
        return std::move(runs_);
    }

  private:
    bool Begin(int64_t key) {
        End();
        run_ = {.key = key};
        passed_over_ = false;
        return runs_.size() < limit_;
    }
    void End() {
        if (run_.key == 0 || passed_over_ || (may_be_ && run_.phases.size() < phases_)) return;
        if (skip_ > 0)
            --skip_;
        else if (runs_.size() < limit_)
            runs_.push_back(std::move(run_));
        run_ = {};
    }

    Database& database_;
    size_t skip_;
    const size_t limit_, phases_;
    const HeadTest& may_be_;
    RunHeads run_;  // key 0: none
    bool passed_over_ = false;
    std::vector<RunHeads> runs_;
};

}  // namespace

std::vector<RunHeads> SqliteRunStore::Heads(const RunQuery& query, const std::vector<model::EtlPhase>& phases,
                                            const HeadTest& may_be) {
    const std::set<model::EtlPhase> wanted(phases.begin(), phases.end());
    return connections_.Read([&](Database& database) {
        HeadList heads(database, query, wanted.size(), may_be);
        const auto filter = RunFilter::OfPage(database, query);
        if (!filter || query.limit == 0) return std::vector<RunHeads>();
        const std::string sql = HeadsSql(query, *filter, phases, !may_be);
        Statement rows(database, sql);
        filter->Bind(rows);
        while (rows.Step() && heads.Add(rows)) {
        }
        return heads.Take();
    });
}

}  // namespace dagy::store::sqlite
