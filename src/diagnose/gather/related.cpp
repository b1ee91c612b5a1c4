#include "diagnose/gather/related.h"

#include <deque>
#include <map>
#include <set>
#include <utility>

namespace dagy::diagnose {

RunFile ReadRun(store::RunStore& runs, const model::Run& run) {
    return {run, runs.Attempts(run.key)};
}

std::vector<RunFile> ReadRuns(store::RunStore& runs, std::vector<model::Run> of) {
    std::vector<int64_t> keys;
    std::map<int64_t, size_t> place;
    std::vector<RunFile> files;
    for (auto& run : of) {
        place.emplace(run.key, files.size());
        keys.push_back(run.key);
        files.push_back({std::move(run), {}});
    }
    if (keys.empty()) return files;
    for (auto& attempt : runs.AttemptsOfRuns(keys)) {
        if (const auto found = place.find(attempt.run_key); found != place.end())
            files[found->second].attempts.push_back(std::move(attempt));
    }
    return files;
}

DagFile ReadDag(store::RunStore& runs, const model::Run& run, size_t before, size_t after) {
    DagFile dag;
    dag.versions = runs.DagVersions(run.scope, run.dag_id);
    for (const auto& version : dag.versions) {
        if (version.version == run.dag_version) dag.version = version;
    }
    if (dag.version.dag_id.empty()) {
        if (auto newest = runs.Dag(run.scope, run.dag_id)) dag.version = std::move(*newest);
    }
    dag.version.dag_id = run.dag_id;
    const Time start = StartOf(run);
    dag.before = ReadRuns(runs, runs.History(run.scope, run.dag_id, start, before));
    std::vector<model::Run> later;
    for (auto& other : runs.Later(run.scope, run.dag_id, start, after + 1)) {
        if (other.key != run.key && later.size() < after) later.push_back(std::move(other));
    }
    dag.after = ReadRuns(runs, std::move(later));
    std::erase_if(dag.before, [&](const RunFile& file) { return file.run.key == run.key; });
    return dag;
}

std::vector<RelatedRun> FindRelated(store::RunStore& runs, const model::Run& run, const GatherLimits& limits) {
    std::vector<RelatedRun> related;
    std::set<std::pair<std::string, std::string>> seen{{run.dag_id, run.run_id}};
    // A run found against the arrows stays "upstream" for all that is behind it, and so the other way round: a sibling
    // of ours that the same parent triggered is neither, so the walk never turns.
    struct Step {
        std::string dag_id, run_id;
        int way;  ///< -1 against the links, +1 along them, 0 both: the start
    };
    std::deque<Step> queue{{run.dag_id, run.run_id, 0}};
    while (!queue.empty() && related.size() < limits.related_runs) {
        const Step at = std::move(queue.front());
        queue.pop_front();
        for (const auto& link : runs.Links(run.scope, at.dag_id, at.run_id)) {
            const bool starts_here = link.from_dag == at.dag_id && link.from_run == at.run_id;
            // A trigger that is waited for, and a sensor, make the other run's failure ours; the link's own direction
            // says who began.
            const int way = starts_here ? 1 : -1;
            if (at.way != 0 && at.way != way) continue;
            const auto& dag_id = starts_here ? link.to_dag : link.from_dag;
            const auto& run_id = starts_here ? link.to_run : link.from_run;
            if (!seen.emplace(dag_id, run_id).second || related.size() >= limits.related_runs) continue;
            RelatedRun found;
            found.link = link;
            found.upstream = way < 0;
            if (const auto other = runs.FindRun(run.scope.org, run.scope.deployment, dag_id, run_id)) {
                found.file = ReadRun(runs, *other);
                found.dag = ReadDag(runs, *other, limits.related_runs_before, limits.related_runs_after);
            } else {
                // Named by a link but never recorded: kept, so that the diagnosis can say what is missing.
                found.file.run.scope = run.scope;
                found.file.run.dag_id = dag_id;
                found.file.run.run_id = run_id;
                if (auto dag = runs.Dag(run.scope, dag_id)) found.dag.version = std::move(*dag);
            }
            queue.push_back({dag_id, run_id, way});
            related.push_back(std::move(found));
        }
    }
    return related;
}

}  // namespace dagy::diagnose
