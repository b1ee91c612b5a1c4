#include "ingest/airflow/metadata_import.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/crash_point.h"
#include "base/error.h"
#include "base/hash.h"
#include "ingest/airflow/log_mark.h"

namespace dagy::ingest::airflow {
namespace {

// Small enough that a batch holds the store's writer for some milliseconds only.
constexpr size_t kObjectsMax = 1000;
constexpr int kConflictsMax = 1000;

[[noreturn]] void ThrowAlwaysSecond() {
    throw Error(ErrorCode::kConflict, "another import of the same export is always first",
                "wait until it is done, then import again");
}

/// How far a dag version is known: from which export, and whether its tasks are its own (an older version gets the
/// newest one's tasks).
struct DagMark {
    std::optional<Time> seen;
    bool own_tasks = false;

    std::string Encode() const {
        return json::serialize(json::object{{"seen", OrNull(seen)}, {"own_tasks", own_tasks}});
    }
    static DagMark Decode(const std::string& text) {
        const json::value value = ParseJson(text, "the mark of an imported dag");
        const json::object& object = value.get_object();
        return {.seen = GetTime(object, "seen"), .own_tasks = GetBool(object, "own_tasks").value_or(false)};
    }
};

std::string HashOf(const ExportedXcom& xcom) {
    return Sha256Hex(json::serialize(xcom.row.columns)).substr(0, 16);
}

}  // namespace

void MetadataImport::Apply(const model::Batch& batch) {
    CrashPoint("import.metadata.before");
    report_.changed |= lake_.Apply(batch).changed;
    CrashPoint("import.metadata.after");
}

void MetadataImport::Run(Export& all, const std::function<void(size_t, size_t)>& told, const std::stop_token& stop) {
    const size_t total = all.dags.size() + all.runs.size() + all.attempts.size() + all.links.size() +
                         all.events.size() + all.facts.size();
    Dags(all);
    size_t done = all.dags.size();
    told(done, total);

    model::Batch batch{.scope = scope_};
    size_t held = 0;
    const auto flush = [&] {
        if (held == 0) return;
        Apply(batch);
        batch = model::Batch{.scope = scope_};
        done += std::exchange(held, 0);
        told(done, total);
    };
    const auto add = [&](auto& things, auto model::Batch::* member) {
        for (auto& thing : things) {
            if (stop.stop_requested()) return;
            (batch.*member).push_back(std::move(thing));
            if (++held >= kObjectsMax) flush();
        }
    };
    add(all.facts, &model::Batch::facts);
    add(all.events, &model::Batch::source_events);
    add(all.runs, &model::Batch::runs);
    // The logs are found by these, so they stay.
    std::vector<model::AttemptOfRun> attempts = all.attempts;
    add(attempts, &model::Batch::attempts);
    add(all.links, &model::Batch::links);
    flush();
    Xcoms(all.xcoms, stop);
}

void MetadataImport::Dags(Export& all) {
    for (const model::DagVersion& dag : all.dags) {
        int conflicts = 0;
        while (!DagOnce(dag, all.exported_at))
            if (++conflicts > kConflictsMax) ThrowAlwaysSecond();
    }
}

/// False if another import was first. An export that is older than what is known has nothing to say.
bool MetadataImport::DagOnce(const model::DagVersion& dag, const std::optional<Time>& exported_at) {
    const std::string key = AttemptKey({.dag_id = dag.dag_id, .run_id = {}}, dag.version, 0, "dag");
    const auto stored = store_.Progress(scope_, key);
    const DagMark known = stored ? DagMark::Decode(*stored) : DagMark{};
    if (stored && known.seen && (!exported_at || *exported_at < *known.seen)) return true;
    model::Batch batch{.scope = scope_};
    batch.dags.push_back(dag);
    const bool own_tasks = !dag.extras.contains("tasks_of_version");
    if (known.own_tasks && !own_tasks) {
        batch.dags.back().tasks.clear();  // those that are known stay
        batch.dags.back().extras.erase("tasks_of_version");
    }
    const DagMark next{.seen = exported_at, .own_tasks = own_tasks || known.own_tasks};
    if (!stored || next.Encode() != *stored)
        batch.progress.push_back({.key = key, .expected = stored, .next = next.Encode()});
    const auto result = lake_.Apply(batch);
    report_.changed |= result.changed;
    return !result.progress_conflict;
}

void MetadataImport::Xcoms(const std::vector<ExportedXcom>& xcoms, const std::stop_token& stop) {
    std::map<std::tuple<model::RunName, std::string, int>, std::vector<const ExportedXcom*>> groups;
    for (const ExportedXcom& xcom : xcoms) groups[{xcom.run, xcom.phase, xcom.attempt}].push_back(&xcom);
    std::vector<const ExportedXcom*> some;
    const auto flush = [&] {
        int conflicts = 0;
        while (!some.empty() && !XcomsOnce(some))
            if (++conflicts > kConflictsMax) ThrowAlwaysSecond();
        some.clear();
    };
    for (const auto& [key, entries] : groups) {
        if (stop.stop_requested()) return;
        some.insert(some.end(), entries.begin(), entries.end());
        if (some.size() >= kObjectsMax) flush();
    }
    flush();
}

/// `entries`: whole groups, one behind the other. Rows never change, so that an entry that was overwritten in Airflow
/// is a row more.
bool MetadataImport::XcomsOnce(const std::vector<const ExportedXcom*>& entries) {
    model::Batch batch{.scope = scope_};
    int64_t rows = 0;
    for (size_t at = 0; at < entries.size();) {
        const ExportedXcom& first = *entries[at];
        const std::string key = AttemptKey(first.run, first.phase, first.attempt, "xcom");
        const auto stored = store_.Progress(scope_, key);
        json::array hashes = stored ? ParseJson(*stored, "the mark of imported XComs").as_array() : json::array{};
        model::RecordGroup group{.run = first.run,
                                 .phase = first.phase,
                                 .attempt = first.attempt,
                                 .kind = model::RecordKind::kData,
                                 .logs = {},
                                 .errors = {},
                                 .data = {}};
        for (; at < entries.size() && entries[at]->run == first.run && entries[at]->phase == first.phase; ++at) {
            const json::value hash(HashOf(*entries[at]));
            if (std::ranges::find(hashes, hash) != hashes.end()) continue;
            hashes.push_back(hash);
            group.data.push_back(entries[at]->row);
        }
        if (group.data.empty()) continue;
        rows += static_cast<int64_t>(group.data.size());
        batch.progress.push_back({.key = key, .expected = stored, .next = json::serialize(hashes)});
        batch.records.push_back(std::move(group));
    }
    if (batch.records.empty()) return true;
    CrashPoint("import.xcoms.before");
    const auto result = lake_.Apply(batch);
    CrashPoint("import.xcoms.after");
    if (result.progress_conflict) return false;
    report_.changed = true;
    report_.data_rows += rows;
    return true;
}

}  // namespace dagy::ingest::airflow
