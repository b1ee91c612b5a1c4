// The part of RunStore that is about what keywords of the run search are looked for in.
#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

#include "store/sqlite/phase_heads.h"
#include "store/sqlite/run_filter.h"
#include "store/sqlite/runs.h"

namespace dagy::store::sqlite {
namespace {

using model::RecordKind;

std::string HeadsSql(const RunQuery& query, const RunFilter& filter, const std::vector<model::EtlPhase>& phases) {
    std::string wanted;
    for (const model::EtlPhase phase : phases)
        wanted += (wanted.empty() ? "" : ",") + std::to_string(static_cast<int>(phase));
    return "SELECT listed, r.deployment, r.run_id, r.partition_date, r.began_at, e.phase, e.attempt, e.status, "
           "e.phase_key, p.message, p.total, p.log_count, p.error_log_count, p.error_count, p.data_count, "
           "p.queue_data_count, p.event_count, h.rows, h.text FROM (SELECT key AS listed" +
           TableOf(query) + filter.sql() + kNewestFirst + " LIMIT " + std::to_string(query.limit) + " OFFSET " +
           std::to_string(query.offset) +
           ") CROSS JOIN runs AS r ON r.key = listed LEFT JOIN etl_phases AS e ON e.run_key = listed AND e.phase IN (" +
           wanted +
           ") LEFT JOIN phases AS p ON p.key = e.phase_key LEFT JOIN phase_heads AS h ON h.phase_key = e.phase_key AND "
           "h.kind = " +
           std::to_string(static_cast<int>(RecordKind::kData));
}

/// Adds rows of one kind, of which the phase has `count`.
void AddRows(int64_t count, int64_t rows, std::string stored, PhaseHead& head) {
    if (head.text.empty())
        head.text = HeadText(std::move(stored));
    else
        head.text += HeadText(std::move(stored));
    head.whole &= rows >= std::min(kHeadRows, count);
}

/// What made the event belongs to its head too.
void AddTrigger(Database& database, int64_t phase_key, RecordKind kind, int64_t count, PhaseHead& head) {
    if (count == 0) return;
    int64_t rows = 0;
    std::string stored;
    Statement row(database, "SELECT rows, text FROM phase_heads WHERE phase_key = ? AND kind = ?", phase_key,
                  static_cast<int>(kind));
    if (row.Step()) row.Read(rows, stored);
    AddRows(count, rows, std::move(stored), head);
}

void AddHead(Database& database, const Statement& row, RunHeads& run) {
    std::optional<int> phase;
    row.ReadFrom(5, phase);
    if (!phase) return;  // the run has none of those that are wanted
    PhaseHead& head = run.phases.emplace_back();
    model::PhaseSummary& summary = head.summary;
    int status = 0;
    int64_t phase_key = 0, queue_data = 0, events = 0, rows = 0;
    std::string stored;
    row.ReadFrom(6, summary.ref.attempt, status, phase_key, summary.message, summary.total, summary.log_count,
                 summary.error_log_count, summary.error_count, summary.data_count, queue_data, events, rows, stored);
    head.phase = static_cast<model::EtlPhase>(*phase);
    summary.ref.run_key = run.key;
    summary.ref.phase = Name(head.phase);
    summary.status = Name(static_cast<model::PhaseStatus>(status));
    AddRows(summary.data_count, rows, std::move(stored), head);
    if (head.phase != model::EtlPhase::kEvent) return;
    AddTrigger(database, phase_key, RecordKind::kQueueData, queue_data, head);
    AddTrigger(database, phase_key, RecordKind::kEvent, events, head);
}

}  // namespace

std::vector<RunHeads> SqliteRunStore::Heads(const RunQuery& query, const std::vector<model::EtlPhase>& phases) {
    return connections_.Read([&](Database& database) {
        std::vector<RunHeads> runs;
        RunFilter filter(query);
        if (query.after_run_key && !filter.AndAfter(database, query.org, *query.after_run_key)) return runs;
        const std::string sql = HeadsSql(query, filter, phases);
        Statement rows(database, sql);
        filter.Bind(rows);
        while (rows.Step()) {
            int64_t key = 0;
            rows.Read(key);
            if (runs.empty() || runs.back().key != key) {
                RunHeads& run = runs.emplace_back();
                rows.Read(run.key, run.deployment, run.run_id, run.date, run.began_at);
            }
            AddHead(database, rows, runs.back());
        }
        // They come in the order of the inner list, though nothing promises it; SQLite would sort them in any case.
        const auto place = [](const RunHeads& run) { return std::tie(run.date, run.began_at, run.key); };
        if (!std::ranges::is_sorted(runs, std::greater<>(), place)) std::ranges::sort(runs, std::greater<>(), place);
        return runs;
    });
}

}  // namespace dagy::store::sqlite
