#include "lake/run_remover.h"

#include <set>

#include "base/crash_point.h"
#include "lake/object_keys.h"
#include "lake/settler.h"

namespace dagy::lake {

store::DeletedRun RunRemover::Delete(const model::Run& run, std::string_view reason, const store::AuditEntry& audit) {
    store::RunDeletion deletion{.run_key = run.key, .reason = std::string(reason), .audit = audit};
    deletion.objects = FilesOf(run);
    if (options_.marks_of) deletion.mark_prefixes = options_.marks_of({run.dag_id, run.run_id});
    store::DeletedRun deleted = upkeep_.DeleteRun(deletion);
    CrashPoint("lake.delete.registered");
    // Who reads it now took hold of it before it went, and is left its objects for as long as replaced chunks are.
    if (in_use_.Has(run.key)) return deleted;
    // By the clock of the files: what is written under one of these names from now on belongs to a new run.
    sweeper_.DeleteGarbage(deleted.objects, SystemClock().Now());
    CrashPoint("lake.delete.cleared");
    return deleted;
}

// All that lies in the run's folders. There may be several: a run whose date became known late has chunks under the
// date before.
std::vector<std::string> RunRemover::FilesOf(const model::Run& run) {
    std::set<std::string> folders{RunFolder(run, DefaultDeploymentOf(options_, run))};
    for (const store::Chunk& chunk : records_.ChunksOfRun(run.key))
        if (const std::string_view folder = RunFolderOf(chunk.object_key); !folder.empty()) folders.emplace(folder);
    std::vector<std::string> keys;
    for (const std::string& folder : folders)
        objects_.ForEach(folder, [&](const objects::ObjectInfo& object) { keys.push_back(object.key); });
    return keys;
}

}  // namespace dagy::lake
