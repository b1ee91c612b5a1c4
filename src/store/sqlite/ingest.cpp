#include "store/sqlite/ingest.h"

#include <array>

#include "store/sqlite/apply.h"

namespace dagy::store::sqlite {

ApplyResult SqliteIngestStore::Apply(const model::Batch& batch, const std::vector<NewChunk>& chunks) {
    const std::vector<EncodedBlock> blocks = EncodeBlocks(batch.records);
    ApplyResult result;
    connections_.WriteIf([&](Database& database) {
        Applying applying(database, batch.scope, clock_.Now());
        if (!applying.Admit(batch)) {
            result.seen = std::move(applying.result.seen);
            result.progress_conflict = applying.result.progress_conflict;
            return false;
        }
        for (const auto& dag : batch.dags) applying.Dag(dag);
        for (const auto& run : batch.runs) applying.Run(run);
        for (const auto& attempt : batch.attempts) applying.Attempt(attempt);
        for (const auto& phase : batch.phases) applying.Phase(phase);
        for (const auto& link : batch.links) applying.Link(link);
        for (const auto& event : batch.source_events) applying.SourceEvent(event);
        for (const auto& fact : batch.facts) applying.Fact(fact);
        // Chunks first: their rows were numbered from what the store held before this batch.
        for (const auto& chunk : chunks) applying.Chunk(chunk);
        for (const auto& block : blocks) applying.Records(batch.records[block.group], block);
        applying.MarkRuns();
        result = std::move(applying.result);
        return true;
    });
    return result;
}

std::optional<std::string> SqliteIngestStore::Progress(const model::Scope& scope, const std::string& key) {
    return connections_.Read([&](Database& database) {
        Statement row(database, "SELECT mark FROM source_progress WHERE org = ? AND deployment = ? AND key = ?",
                      scope.org, scope.deployment, key);
        std::optional<std::string> mark;
        if (row.Step()) row.Read(mark);
        return mark;
    });
}

int64_t SqliteIngestStore::NextRow(const model::Scope& scope, const model::RunName& run, const std::string& phase,
                                   int attempt, model::RecordKind kind) {
    return connections_.Read([&](Database& database) {
        Statement row(
            database,
            "SELECT log_count, error_count, data_count, queue_data_count, event_count FROM phases WHERE phase = ? AND "
            "attempt = ? "
            "AND run_key = (SELECT key FROM runs WHERE org = ? AND dag_id = ? AND run_id = ? AND deployment = ?)",
            phase, attempt, scope.org, run.dag_id, run.run_id, scope.deployment);
        std::array<int64_t, 5> rows{};
        if (row.Step()) row.Read(rows[0], rows[1], rows[2], rows[3], rows[4]);
        return rows[static_cast<size_t>(kind)];
    });
}

}  // namespace dagy::store::sqlite
