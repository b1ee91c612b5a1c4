#include "lake/bulk_apply.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/crash_point.h"
#include "base/error.h"
#include "lake/object_keys.h"

namespace dagy::lake {
namespace {

constexpr int kTriesMax = 4;

using PhaseKey = std::tuple<model::RunName, std::string, int, model::RecordKind>;
PhaseKey KeyOfGroup(const model::RecordGroup& group) {
    return {group.run, group.phase, group.attempt, group.kind};
}

size_t RowsOf(const model::RecordGroup& group) {
    if (group.kind == model::RecordKind::kLog) return group.logs.size();
    return group.kind == model::RecordKind::kError ? group.errors.size() : group.data.size();
}

int64_t ErrorRows(const model::RecordGroup& group) {
    return std::count_if(group.logs.begin(), group.logs.end(),
                         [](const model::LogRow& row) { return row.level >= model::Level::kError; });
}

bool HasDate(const model::Run& run) {
    return run.logical_date || run.started_at || run.queued_at;
}

model::Batch WithoutGroups(const model::Batch& batch, const std::vector<size_t>& lifted) {
    model::Batch rest;
    rest.scope = batch.scope;
    rest.dags = batch.dags;
    rest.runs = batch.runs;
    rest.attempts = batch.attempts;
    rest.phases = batch.phases;
    rest.links = batch.links;
    rest.source_events = batch.source_events;
    rest.facts = batch.facts;
    rest.progress = batch.progress;
    rest.event_ids = batch.event_ids;
    for (size_t i = 0; i < batch.records.size(); ++i)
        if (!std::binary_search(lifted.begin(), lifted.end(), i)) rest.records.push_back(batch.records[i]);
    return rest;
}

}  // namespace

// Chunks are numbered before the pending rows of the same batch, so a group behind a small one of its phase has to stay
// with it. Without a date a group waits as pending rows until the run has one: keys are for ever.
std::vector<size_t> BulkApply::GroupsToLift(const model::Batch& batch) const {
    std::vector<size_t> lifted;
    std::set<PhaseKey> pending;
    for (size_t i = 0; i < batch.records.size(); ++i) {
        const model::RecordGroup& group = batch.records[i];
        const auto rows = static_cast<int64_t>(RowsOf(group));
        if (rows > 0 && rows >= options_.chunk_rows_min && !pending.contains(KeyOfGroup(group)) &&
            HasDate(RunFor(batch, group.run)))
            lifted.push_back(i);
        else if (rows > 0)
            pending.insert(KeyOfGroup(group));
    }
    return lifted;
}

store::ApplyResult BulkApply::Apply(const model::Batch& batch) {
    const std::vector<size_t> lifted = GroupsToLift(batch);
    store::ApplyResult result = lifted.empty() ? ingest_.Apply(batch) : ApplyLifted(batch, lifted);
    if (!result.progress_conflict && result.seen.empty()) Relieve(batch, lifted);
    return result;
}

// The batch is durable whatever comes of it: what cannot be settled now is settled with what comes later.
void BulkApply::Relieve(const model::Batch& batch, const std::vector<size_t>& lifted) {
    if (!options_.find_run) return;
    for (size_t i = 0; i < batch.records.size(); ++i) {
        const model::RecordGroup& group = batch.records[i];
        if (std::binary_search(lifted.begin(), lifted.end(), i) || !backlog_.Add(batch.scope, group)) continue;
        try {
            if (const auto run = options_.find_run(batch.scope, group.run))
                settler_.Settle({run->key, group.phase, group.attempt});
        } catch (const Error&) {
        }
    }
}

store::ApplyResult BulkApply::ApplyLifted(const model::Batch& batch, const std::vector<size_t>& lifted) {
    const model::Batch rest = WithoutGroups(batch, lifted);
    for (int tries = 0; tries < kTriesMax; ++tries) {
        const std::vector<store::NewChunk> chunks = WriteChunks(batch, lifted);
        try {
            store::ApplyResult result = ingest_.Apply(rest, chunks);
            CrashPoint("lake.bulk.registered");
            if (result.progress_conflict || !result.seen.empty()) Drop(chunks);
            return result;
        } catch (const Error& failed) {
            Drop(chunks);
            if (failed.code() != ErrorCode::kConflict) throw;
        } catch (...) {
            Drop(chunks);
            throw;
        }
    }
    return ingest_.Apply(
        batch);  // the phase is so busy that its next row number never held: as pending rows it always goes in
}

std::vector<store::NewChunk> BulkApply::WriteChunks(const model::Batch& batch, const std::vector<size_t>& lifted) {
    std::vector<store::NewChunk> chunks;
    std::map<PhaseKey, int64_t> next_row;
    try {
        for (const size_t index : lifted) {
            const model::RecordGroup& group = batch.records[index];
            const auto [next, unknown] = next_row.try_emplace(KeyOfGroup(group), 0);
            if (unknown) next->second = ingest_.NextRow(batch.scope, group.run, group.phase, group.attempt, group.kind);
            const store::Chunk chunk = WriteChunk(batch, group, next->second);
            chunks.push_back({.run = group.run,
                              .phase = group.phase,
                              .attempt = group.attempt,
                              .kind = group.kind,
                              .object_key = chunk.object_key,
                              .rows = chunk.rows,
                              .error_log_rows = ErrorRows(group),
                              .bytes = chunk.bytes,
                              .sha256 = chunk.sha256,
                              .first_row = chunk.first_row,
                              .filter = chunk.filter});
            next->second += chunk.rows;
        }
    } catch (...) {
        Drop(chunks);
        throw;
    }
    return chunks;
}

store::Chunk BulkApply::WriteChunk(const model::Batch& batch, const model::RecordGroup& group, int64_t first_row) {
    const model::Run run = RunFor(batch, group.run);
    const std::string deployment = DefaultDeploymentOf(options_, run);
    const KeyOf key_of = [&](size_t number) {
        return ChunkKey(run, group.phase, group.attempt, group.kind, number, deployment);
    };
    const size_t number =
        run.key == 0 ? 0 : NextNumber(records_.View({run.key, group.phase, group.attempt}, group.kind, false).chunks);
    if (group.kind == model::RecordKind::kLog) return writer_.Write(std::span(group.logs), first_row, number, key_of);
    if (group.kind == model::RecordKind::kError)
        return writer_.Write(std::span(group.errors), first_row, number, key_of);
    return writer_.Write(std::span(group.data), first_row, number, key_of);
}

// The run gives the key its names and date; the stored one knows more than what a batch says of it.
model::Run BulkApply::RunFor(const model::Batch& batch, const model::RunName& name) const {
    std::optional<model::Run> run = options_.find_run ? options_.find_run(batch.scope, name) : std::nullopt;
    if (!run) run = model::Run{.scope = batch.scope, .dag_id = name.dag_id, .run_id = name.run_id};
    for (const model::Run& said : batch.runs)
        if (said.dag_id == name.dag_id && said.run_id == name.run_id) model::Merge(*run, said);
    return *run;
}

// An object that cannot be deleted now is an orphan, and goes with them.
void BulkApply::Drop(const std::vector<store::NewChunk>& chunks) {
    for (const store::NewChunk& chunk : chunks) {
        try {
            settler_.DropUnregistered(chunk.object_key);
        } catch (const Error&) {
        }
    }
}

}  // namespace dagy::lake
