/// What the steps find out about tasks, the run and its surroundings: inputs of `advise`.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "diagnose/reading.h"
#include "model/run.h"

namespace dagy::diagnose {

/// One code that fits, with how well and why.
struct Candidate {
    std::string code;             ///< of root-cause-types.tsv, or an organization's own
    double score = 0;             ///< 0..1: how surely this rule means this code
    std::string rule;             ///< its id, for --explain
    std::string why;              ///< one clause with the words that matched
    Proof proof;                  ///< the line that shows it
    std::string exception_class;  ///< of the cause; empty if there is none
    std::string exception_message;
    std::string log_classification;  ///< connection_timeout | auth_failure | resource_exhaustion | data_validation |
                                     ///< parse_error | import_error | permission_denied | …
    std::map<std::string, std::string> captures;  ///< host, port, table, column, path, key, status … for the advice
};

/// A rule that matched something that a task's log says, whether or not it decided anything.
struct FiredRule {
    std::string rule, code, why;
    double score = 0;  ///< how surely the rule means its code
    double weight =
        0;  ///< what was left of it after place, level and attempt; 0: another rule was better on the same text
    Proof proof;
};

enum class Role { kRootCause, kVictim, kIndependent, kRecovered, kHealthy };
std::string_view Name(Role role);

/// All that was found about one task of the run (or of a linked run).
struct TaskFinding {
    std::string dag_id, run_id, task_id;
    std::string base_task;  ///< without the map index
    model::AttemptState state = model::AttemptState::kQueued;
    std::string original_state;
    Role role = Role::kHealthy;
    std::string operator_name;
    int attempts = 0, max_attempts = 1;
    std::optional<Time> started_at, ended_at;
    std::vector<Reading> readings;      ///< of its failed attempts, in order; empty where nothing was read
    std::vector<FiredRule> fired;       ///< for --explain; bounded
    std::vector<Candidate> candidates;  ///< best first; empty: nothing was found
    std::string signature;              ///< of its failure; the same over runs for the same error; empty if none
    std::vector<std::string> attempt_signatures;  ///< per failed attempt, in order
    std::vector<std::string> blamed_on;           ///< victims: the root task(s)
};

/// The graph's part of the answer.
struct Localisation {
    std::vector<std::string>
        roots;  ///< task ids of this dag (mapped: base name), the primary one first; empty: dag-level
    std::vector<std::string> independent;  ///< failed for another reason than the primary root
    std::vector<std::string> victims;
    /// Set where the cause lies in another dag's run.
    std::optional<model::RunLink> upstream;
    std::string upstream_dag, upstream_run;
    std::vector<std::string> upstream_roots;  ///< task ids over there
    /// Causes that no task's own log tells, with their proof: run timeout, pool starvation, person, import error, lost
    /// heartbeat …
    std::vector<Candidate> run_level;
    struct Hop {
        std::string dag_id, task_id, state;
        std::string via;  ///< empty for hop 0; dependency | trigger | asset | sensor
    };
    std::vector<Hop> cascade;        ///< the longest chain root → leaf
    std::vector<std::string> notes;  ///< what was looked at and excluded, in sentences, for the narrative
};

struct ChangeSignal {
    Time ts{};
    std::string kind;  ///< dag_version | connection | variable | config | deploy | package | schema
    std::string resource, actor;
    json::value before, after;
    double hours_before_onset = 0;
    double score = 0;  ///< ≥ 0.5: claimed as a cause
    std::string why;
    Proof proof;
};

/// Time's part of the answer.
struct HistoryFinding {
    std::string transience;  ///< PERMANENT | TRANSIENT | INTERMITTENT
    std::string transience_why;
    std::optional<Time> onset, last_success;
    std::string last_success_run_id, onset_run_id;
    int64_t match_count = 0;  ///< failures with this signature in the window, this one included
    int64_t runs_seen = 0, runs_failed = 0;
    std::optional<double> effective_availability, reported_success_rate;
    std::string health_gap;
    json::object duration_percentiles;
    std::string trend_direction;  ///< improving | stable | degrading | unknown
    std::optional<Time> change_point;
    std::string change_point_why;
    std::string seasonality;
    std::optional<double> fleet_health;
    std::vector<ChangeSignal> changes;  ///< best first
    struct CoFailure {
        std::string a, b;
        int64_t together = 0, only_a = 0, only_b = 0;
        double lift = 0, p_value = 1;
        std::string shared_resource;
    };
    std::vector<CoFailure> cofailures;
    struct Similar {
        std::string dag_id, run_id;
        std::optional<Time> at;
        std::string outcome;  ///< what came after: "next run succeeded", "retried, succeeded" …
    };
    std::vector<Similar> similar;
    std::vector<std::pair<std::string, std::string>> gaps;  ///< field → reason
};

/// A DAG-level check.
struct Check {
    std::string check;   ///< import_errors | schedule | paused | version_change | config_change | concurrency |
                         ///< upstream_data | recent_deploys | package_drift | clock | storage …
    std::string status;  ///< pass | warn | fail | skipped
    std::string detail;
    std::vector<Proof> proofs;
};

/// Everything before wording.
struct Findings {
    std::vector<TaskFinding> tasks;  ///< failed, upstream-failed, recovered ones; by topological order, then name
    Localisation where;
    /// The judged cause: best candidate of the primary root after all that context says.
    Candidate cause;
    std::vector<Candidate> alternatives;  ///< other codes, best first, `why` says why not
    HistoryFinding history;
    std::vector<Check> checks;
    std::string coverage;  ///< deep | moderate | shallow | partial
};

}  // namespace dagy::diagnose
