/// Failures that came from another dag: a sensor that waited for it, a trigger that waited for its child, an asset that
/// it wrote.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "diagnose/case_file.h"
#include "diagnose/finding.h"
#include "diagnose/localise/run_graph.h"

namespace dagy::diagnose {

/// The related run began before this one, or this one waited for it: its failure may be the cause here.
bool MayExplain(const RelatedRun& related);

/// Where a failure of a task here comes from.
struct Origin {
    std::string dag_id, run_id;
    std::vector<std::string> roots;       ///< base tasks over there
    std::vector<Localisation::Hop> hops;  ///< from the root over there to the last task before this run's
    std::string via;                      ///< how it came in here
    model::RunLink link;                  ///< the link that it came in by
};

/// Built once a diagnosis; the case file and the tasks outlive it.
class CrossDag {
  public:
    CrossDag(const CaseFile& file, const std::vector<TaskFinding>& tasks);

    /// Nothing where the task failed for a reason of its own, as far as is recorded. `task` is of the diagnosed run.
    std::optional<Origin> Explain(const TaskFinding& task) const { return Explain(task, 0); }

  private:
    struct Related {
        const RelatedRun* related;
        std::unique_ptr<RunGraph> graph;
    };
    std::optional<Origin> Explain(const TaskFinding& task, int depth) const;
    std::optional<Origin> FromWaited(const TaskFinding& task, int depth) const;
    std::optional<Origin> FromProducer(const TaskFinding& task, int depth) const;
    std::optional<Origin> Inside(const Related& other, const std::string& carrier, int depth) const;
    const TaskFinding* Find(const std::string& dag_id, const std::string& run_id, const std::string& base_task) const;

    const std::vector<TaskFinding>& tasks_;
    std::vector<Related> related_;
};

/// The dag (and run, where it is told) that a waiting task waited for, by its fields, links and messages; for upstream
/// runs that were never recorded. Empty dag id: none.
std::pair<std::string, std::string> WaitedFor(const CaseFile& file, const TaskFinding& task);

}  // namespace dagy::diagnose
