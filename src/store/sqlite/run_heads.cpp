// The part of RunStore that is about what keywords of the run search are looked for in.
#include <algorithm>
#include <array>

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
           "p.queue_data_count, p.event_count FROM (SELECT key AS listed" +
           TableOf(query) + filter.sql() + kNewestFirst + " LIMIT " + std::to_string(query.limit) + " OFFSET " +
           std::to_string(query.offset) +
           ") CROSS JOIN runs AS r ON r.key = listed LEFT JOIN etl_phases AS e ON e.run_key = listed AND e.phase IN (" +
           wanted +
           ") LEFT JOIN phases AS p ON p.key = e.phase_key "
           "ORDER BY r.partition_date DESC, r.began_at DESC, listed DESC";
}

/// Rows of the kinds that make the head of an event; the head of any other phase has only the first one's.
constexpr std::array kKinds{RecordKind::kData, RecordKind::kQueueData, RecordKind::kEvent};
using Counts = std::array<int64_t, kKinds.size()>;

void ReadText(Database& database, int64_t phase_key, const Counts& counts, PhaseHead& head) {
    const size_t kinds = head.phase == model::EtlPhase::kEvent ? kKinds.size() : 1;
    for (size_t i = 0; i < kinds; ++i) {
        if (counts[i] == 0) continue;
        int64_t rows = 0;
        std::string stored;
        Statement row(database, "SELECT rows, text FROM phase_heads WHERE phase_key = ? AND kind = ?", phase_key,
                      static_cast<int>(kKinds[i]));
        if (row.Step()) row.Read(rows, stored);
        head.text += HeadText(stored);
        head.whole &= rows >= std::min(kHeadRows, counts[i]);
    }
}

void AddHead(Database& database, const Statement& row, RunHeads& run) {
    std::optional<int> phase;
    row.ReadFrom(5, phase);
    if (!phase) return;  // the run has none of those that are wanted
    PhaseHead& head = run.phases.emplace_back();
    model::PhaseSummary& summary = head.summary;
    int status = 0;
    int64_t phase_key = 0;
    Counts counts{};
    row.ReadFrom(6, summary.ref.attempt, status, phase_key, summary.message, summary.total, summary.log_count,
                 summary.error_log_count, summary.error_count, summary.data_count, counts[1], counts[2]);
    counts[0] = summary.data_count;
    head.phase = static_cast<model::EtlPhase>(*phase);
    summary.ref.run_key = run.key;
    summary.ref.phase = Name(head.phase);
    summary.status = Name(static_cast<model::PhaseStatus>(status));
    ReadText(database, phase_key, counts, head);
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
        return runs;
    });
}

}  // namespace dagy::store::sqlite
