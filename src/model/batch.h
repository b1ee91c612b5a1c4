/// What an importer or the ingest endpoint hands to the store: all of it in one transaction, or nothing.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/record.h"
#include "model/run.h"

namespace dagy::model {

/// Which run, by the names that the source uses.
struct RunName {
    std::string dag_id;
    std::string run_id;
    auto operator<=>(const RunName&) const = default;
};

struct AttemptOfRun {
    RunName run;
    TaskAttempt attempt;
};

struct PhaseOfRun {
    RunName run;
    PhaseSummary summary;
};

/// Records of one phase attempt, in their order; rows get their numbers from the store when they are applied.
struct RecordGroup {
    RunName run;
    std::string phase;
    int attempt = 1;
    RecordKind kind = RecordKind::kLog;
    std::vector<LogRow> logs;      ///< kind kLog
    std::vector<ErrorRow> errors;  ///< kind kError
    std::vector<DataRow> data;     ///< kinds kData, kQueueData, kEvent
};

/// How far a source has been taken in: compare-and-set in the same transaction, so that two importers at once, a
/// repeated import and one that was killed all end in the same state. `key` names the source
/// ("airflow:<dag>|<run>|<task>|<attempt>:log").
struct SourceProgress {
    std::string key;
    std::optional<std::string> expected;  ///< the mark read before; nothing: the source is new
    std::string next;                     ///< opaque to the store
};

/// An ingest `event_id`: known in its deployment until its run is deleted.
struct EventId {
    std::string id;
    RunName run;  ///< empty names: of no run
};

struct Batch {
    Scope scope;
    std::vector<DagVersion> dags;
    std::vector<Run> runs;
    std::vector<AttemptOfRun> attempts;
    std::vector<PhaseOfRun> phases;
    std::vector<RunLink> links;
    std::vector<SourceEvent> source_events;
    std::vector<Fact> facts;
    std::vector<RecordGroup> records;
    std::vector<SourceProgress> progress;
    std::vector<EventId> event_ids;  ///< see ApplyResult::seen
};

}  // namespace dagy::model
