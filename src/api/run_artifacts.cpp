#include "api/run_artifacts.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>

#include "lake/object_keys.h"

namespace dagy::api {
namespace {

std::string KindOf(const store::RunObject& object) {
    if (object.kind == model::RecordKind::kQueueData) return "event-queue-data";
    if (object.kind == model::RecordKind::kEvent) return "event-event";
    return object.ref.phase + "-" + std::string(model::FileStem(object.kind));
}

const objects::ObjectInfo* Find(const std::vector<objects::ObjectInfo>& there, const std::string& key) {
    const auto at = std::ranges::lower_bound(there, key, {}, &objects::ObjectInfo::key);
    return at != there.end() && at->key == key ? &*at : nullptr;
}

/// How many rows of each phase attempt are registered as Parquet, by kind.
std::map<model::PhaseRef, std::map<model::RecordKind, int64_t>> RegisteredRows(
    const std::vector<store::RunObject>& objects) {
    std::map<model::PhaseRef, std::map<model::RecordKind, int64_t>> rows;
    for (const store::RunObject& object : objects) rows[object.ref][object.kind] += object.rows;
    return rows;
}

}  // namespace

std::vector<Artifact> RunArtifacts::Of(const model::Run& run, const std::string& default_deployment) {
    if (model::Ended(run.state)) SettleRest(run);
    const auto there = objects_.List(lake::RunFolder(run, default_deployment));
    std::vector<Artifact> found;
    AddChunks(run, there, found);
    AddDerived(run, default_deployment, there, found);
    std::ranges::sort(found, {},
                      [](const Artifact& a) { return std::tie(a.phase, a.attempt, a.kind, a.chunk, a.key); });
    return found;
}

/// Of a run that goes on nothing is settled here: every look at it would leave one more small chunk.
void RunArtifacts::SettleRest(const model::Run& run) {
    auto registered = RegisteredRows(runs_.Objects(run.key));
    for (const model::PhaseSummary& phase : runs_.Phases(run.key)) {
        auto& rows = registered[phase.ref];
        const bool whole = rows[model::RecordKind::kLog] >= phase.log_count &&
                           rows[model::RecordKind::kError] >= phase.error_count &&
                           rows[model::RecordKind::kData] >= phase.data_count;
        // The summary does not count the trigger's two payloads.
        if (!whole || phase.ref.phase == "event") lake_.Settle(phase.ref);
    }
}

void RunArtifacts::AddChunks(const model::Run& run, const std::vector<objects::ObjectInfo>& there,
                             std::vector<Artifact>& found) {
    std::map<std::tuple<std::string, int, model::RecordKind>, int> chunks;
    for (const store::RunObject& object : runs_.Objects(run.key)) {
        Artifact artifact{.kind = KindOf(object),
                          .phase = object.ref.phase,
                          .attempt = object.ref.attempt,
                          .chunk = chunks[{object.ref.phase, object.ref.attempt, object.kind}]++,
                          .key = object.key,
                          .rows = object.rows,
                          .sha256 = object.sha256,
                          .bytes = object.bytes};
        // A run whose date became known late has objects elsewhere, too.
        const objects::ObjectInfo* info = Find(there, object.key);
        if (info != nullptr)
            artifact.modified_at = info->modified;
        else if (const auto elsewhere = objects_.Stat(object.key))
            artifact.modified_at = elsewhere->modified;
        found.push_back(std::move(artifact));
    }
}

void RunArtifacts::AddDerived(const model::Run& run, const std::string& default_deployment,
                              const std::vector<objects::ObjectInfo>& there, std::vector<Artifact>& found) {
    for (const model::PhaseSummary& phase : runs_.Phases(run.key)) {
        const std::string folder = lake::PhaseFolder(run, phase.ref.phase, phase.ref.attempt, default_deployment);
        int indexes = 0;
        for (auto at = std::ranges::lower_bound(there, folder, {}, &objects::ObjectInfo::key);
             at != there.end() && at->key.starts_with(folder); ++at) {
            if (!lake::IsDerived(at->key)) continue;
            const bool is_index = std::string_view(at->key).substr(folder.size()).starts_with("index");
            found.push_back({.kind = phase.ref.phase + (is_index ? "-index" : "-metadata"),
                             .phase = phase.ref.phase,
                             .attempt = phase.ref.attempt,
                             .chunk = is_index ? indexes++ : 0,
                             .key = at->key,
                             .rows = std::nullopt,
                             .sha256 = {},
                             .bytes = at->bytes,
                             .modified_at = at->modified});
        }
    }
}

}  // namespace dagy::api
