/// DAGs, their versions, runs and task attempts: plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "model/states.h"

namespace dagy::model {

/// Whose and where: every row belongs to exactly one organization and deployment.
struct Scope {
    std::string org;         ///< `org_…`
    std::string deployment;  ///< `dep_…`
    bool operator==(const Scope&) const = default;
};

/// A node of a dag version.
struct Task {
    std::string task_id;
    std::vector<std::string> downstream;  ///< task ids
    std::string operator_name;            ///< `PythonOperator`, `@task`, `BashOperator` …; empty if unknown
    std::string phase;                    ///< empty: the task id
    std::string trigger_rule = "all_success";
    int max_attempts = 1;
    bool is_mapped = false;
    std::optional<double> timeout_seconds;  ///< execution_timeout
    std::string pool;
    std::string queue;
    bool is_setup = false;
    bool is_teardown = false;
    json::object extras;  ///< whatever else the source said (retry_delay, class_ref, external_dag_id …)
};

/// One version of a dag: its graph and source. `version` is the source's own ("1", "3"); versions are ordered by
/// `created_at`.
struct DagVersion {
    std::string dag_id;
    std::string version;
    std::optional<Time> created_at;
    std::string schedule;     ///< empty: none
    std::string source;       ///< text of the DAG file; empty if unknown
    std::string source_file;  ///< its path at the source
    std::vector<Task> tasks;
    json::object extras;  ///< paused, stale, catchup, dag_run_timeout (seconds), max_active_runs, owners, tags,
                          ///< has_import_errors …
};

/// What started a run from elsewhere.
struct TriggeredBy {
    std::string dag_id;
    std::string run_id;
    std::string task_id;
    std::string via;  ///< trigger | asset | sensor
};

struct Run {
    int64_t key = 0;  ///< the store's own number; 0 before it is stored
    Scope scope;
    std::string dag_id;
    std::string run_id;  ///< any string, kept as it came
    std::string dag_version;
    RunState state = RunState::kQueued;
    std::string original_state;  ///< the source's word
    std::string run_type;        ///< scheduled | manual | backfill | asset_triggered | …
    std::optional<Time> logical_date;
    std::optional<Time> queued_at;
    std::optional<Time> started_at;
    std::optional<Time> ended_at;
    std::optional<Time>
        observed_at;          ///< when the source's snapshot was taken; a later snapshot wins over an earlier one
    json::object parameters;  ///< Airflow's conf
    std::optional<TriggeredBy> triggered_by;
    json::object extras;              ///< note, data interval, triggering user …
    std::optional<Time> recorded_at;  ///< when the store first accepted it; what a source says of it does not count

    /// `YYYY-MM-DD`: UTC date of the logical date, else of the start, else of queueing, else 1970-01-01.
    std::string PartitionDate() const;
};

/// One try of one task in one run. Mapped: `task_id` is `name[N]`, `mapped_of` is `name`.
struct TaskAttempt {
    int64_t run_key = 0;
    std::string task_id;
    std::string mapped_of;
    int map_index = -1;
    int attempt = 1;
    AttemptState state = AttemptState::kQueued;
    std::string original_state;
    std::optional<Time> scheduled_at;
    std::optional<Time> queued_at;
    std::optional<Time> started_at;
    std::optional<Time> ended_at;
    std::optional<Time> observed_at;
    int max_attempts = 1;
    std::optional<int> exit_code;
    std::optional<int> signal;
    std::string reason;  ///< upstream_failed, …
    std::string operator_name;
    std::string host;
    std::string pool;
    std::string queue;
    json::object extras;  ///< pid, trigger, rendered_fields, note …

    /// The task without its map index.
    const std::string& BaseTask() const { return mapped_of.empty() ? task_id : mapped_of; }
    std::string phase;  ///< where its records are kept; empty: the task id
    const std::string& Phase() const { return phase.empty() ? task_id : phase; }
};

/// Takes `incoming` into `stored` so that events that come twice, late or out of order leave the same value as in
/// order: a later `observed_at` wins whole; without one, a state moves only as `CanMove` allows and an absent member
/// never erases a present one. True if anything changed.
bool Merge(Run& stored, const Run& incoming);
bool Merge(TaskAttempt& stored, const TaskAttempt& incoming);

/// A claimed link between runs of different dags.
struct RunLink {
    std::string from_dag, from_run, from_task;
    std::string to_dag, to_run;
    std::string to_task;   ///< a sensor's task; empty otherwise
    std::string via;       ///< trigger | asset | sensor
    std::string resource;  ///< asset name or uri; empty otherwise
    bool operator==(const RunLink&) const = default;
};

/// A row of a source's own audit trail, or a `change` line: who did what to which thing when.
/// Airflow: `event` is its event name (patch_connection, heartbeat timeout, …), `extra` its JSON. `change` lines:
/// `event` = "change", `extra` = {change, resource, before, after}.
struct SourceEvent {
    std::string event_id;  ///< unique within a deployment ("airflow:2536"); the same id twice is one event
    Time ts{};
    std::string event;
    std::string dag_id, run_id, task_id;  ///< empty: none
    int map_index = -1;
    int attempt = 0;  ///< 0: none
    std::string actor;
    json::object extra;
};

/// Something a deployment has, as last seen, older versions kept: kinds `connection pool variable provider asset job
/// import_error dag_warning dag_source airflow`. `body` is the source's JSON without secrets.
struct Fact {
    std::string kind;
    std::string key;
    json::object body;
    std::optional<Time> seen_at;
};

}  // namespace dagy::model
