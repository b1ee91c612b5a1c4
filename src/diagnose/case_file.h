/// Everything that one diagnosis looks at, gathered once, as values. Steps after `gather` read nothing else.
///
///   gather ─▶ CaseFile ─▶ localise ─▶ read ─▶ contrast ─▶ classify ─▶ history ─▶ impact ─▶ advise ─▶ Diagnosis
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/record.h"
#include "model/run.h"

namespace dagy::diagnose {

/// The logs and errors of attempts, read on demand. Implemented over the lake (gather.cpp) and, in tests, over text.
class LogSource {
  public:
    virtual ~LogSource() = default;
    /// Rows in order; stops when `take` returns false.
    virtual void ReadLogs(const model::PhaseRef& ref, int64_t first_row, int64_t rows,
                          const std::function<bool(std::span<const model::LogRow>)>& take) = 0;
    virtual void ReadErrors(const model::PhaseRef& ref,
                            const std::function<bool(std::span<const model::ErrorRow>)>& take) = 0;
    virtual void ReadData(const model::PhaseRef& ref,
                          const std::function<bool(std::span<const model::DataRow>)>& take) = 0;
    /// Rows of logs that there are.
    virtual int64_t LogCount(const model::PhaseRef& ref) = 0;
};

/// A run with its attempts, by (task id, attempt).
struct RunFile {
    model::Run run;
    std::vector<model::TaskAttempt> attempts;

    /// The last attempt of each task id, by task id.
    std::vector<const model::TaskAttempt*> LastAttempts() const;
};

/// One dag as it was in the run.
struct DagFile {
    model::DagVersion version;                ///< the run's version where known, else the newest
    std::vector<model::DagVersion> versions;  ///< all, oldest first
    std::vector<RunFile> before;              ///< runs that began before the diagnosed one, newest first (bounded)
    std::vector<RunFile> after;               ///< runs that began after it, oldest first (bounded)
};

/// A run of another dag that is linked to the diagnosed one, or to one that is.
struct RelatedRun {
    RunFile file;
    DagFile dag;
    model::RunLink link;
    bool upstream = false;  ///< it came before (triggered, fed or was waited for); false: it came after
};

struct CaseFile {
    std::string task_id;           ///< only this task was asked for; empty: all
    std::vector<int> try_numbers;  ///< only these attempts; empty: all
    RunFile run;
    DagFile dag;
    std::vector<RelatedRun> related;

    std::vector<model::SourceEvent>
        source_events;  ///< of the dag and of none, from well before the last success to after the run; by (ts, id)
    std::map<std::string, std::vector<model::Fact>> facts;  ///< kind → as last seen, by key
    std::map<std::string, std::vector<model::Fact>>
        fact_history;  ///< kind → every version (connection, variable, pool, provider, dag_source)
    std::vector<model::PhaseSummary> phases;  ///< of the diagnosed run
    std::string deployment_criticality = "normal";
    /// Runs of other dags of the deployment in the window around this run, newest first, without attempts; for fleet
    /// health and co-failures.
    std::vector<model::Run> fleet;

    LogSource* logs = nullptr;

    /// Hash of all that the diagnosis depends on: the key of the cache.
    std::string evidence_hash;
};

}  // namespace dagy::diagnose
