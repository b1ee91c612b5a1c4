#include "diagnose/compose/gaps.h"

#include <map>
#include <set>

namespace dagy::diagnose {
namespace {

struct Usual {
    const char* reason;
    const char* would_help;
};

const std::map<std::string, Usual, std::less<>>& UsualReasons() {
    static const std::map<std::string, Usual, std::less<>> usual{
        {"title", {"there is no failed run to name", "a run that is recorded"}},
        {"summary", {"there is no failed run to tell of", "a run that is recorded"}},
        {"root_cause",
         {"nothing that is recorded points to a cause", "the log of the failed task, with its last lines"}},
        {"root_cause_type",
         {"nothing that is recorded points to a cause",
          "the log of the failed task, or a rule of your own for what it says"}},
        {"severity",
         {"the reach of the failure is unknown", "the DAG's graph, so that what waits for it can be counted"}},
        {"priority", {"the reach of the failure is unknown", "the DAG's graph and the criticality of the deployment"}},
        {"confidence", {"there is no cause to be sure of", "the log of the failed task"}},
        {"confidence_justification", {"there is no cause to be sure of", "the log of the failed task"}},
        {"evidence_status", {"there is no cause to prove", "the log of the failed task"}},
        {"evidence", {"no record shows the failure", "logs, states or audit rows of the run"}},
        {"symptoms", {"no record shows the failure", "states of the run's tasks"}},
        {"log_signals", {"no log to take tags from", "the task's log, if there is one elsewhere (remote logging)"}},
        {"dag_level_checks",
         {"nothing about the DAG itself is recorded", "an export with DAG versions, pools, connections and events"}},
        {"tasks", {"no task of the run failed or was held up", "states of the run's tasks"}},
        {"cascade_depth", {"no task failed by itself", "nothing"}},
        {"is_cascade_amplifier", {"no task failed by itself", "nothing"}},
        {"blast_radius", {"the DAG's graph is unknown", "the DAG's version with its tasks and edges"}},
        {"change_signals",
         {"no change is recorded near the onset", "the audit log, and DAG versions with their source"}},
        {"suggested_fix", {"the rule that found the cause names no fix", "`fix` in that rule (docs/knowledge.md)"}},
        {"remediation",
         {"the rule that found the cause names no steps", "`remediation` in that rule (docs/knowledge.md)"}},
        {"affected_dags", {"no DAG is recorded", "the run's DAG"}},
        {"match_count", {"the failure has no signature to count by", "the log of the failed task"}},
        {"coverage_quality", {"it is not known how much could be read", "nothing"}},
        {"root_cause_task",
         {"the cause lies above the tasks: the run itself was ended", "nothing: no single task is to blame"}},
        {"transience",
         {"one failure without later runs does not tell whether it comes back", "the next runs of this DAG"}},
        {"exception_class",
         {"the failure was not raised as an exception",
          "nothing, if the program ended by an exit code, a signal or from outside"}},
        {"exception_message",
         {"the failure was not raised as an exception, or its exception has no text", "an error text from the task"}},
        {"log_snippet",
         {"no log line shows the failure", "the task's log, if there is one elsewhere (remote logging)"}},
        {"log_classification",
         {"no log line shows the failure", "the task's log, if there is one elsewhere (remote logging)"}},
        {"amplifier_description", {"the failure was not amplified", "nothing"}},
        {"cofailure_pairs",
         {"too few failures of other tasks and DAGs to count what fails together",
          "more runs of the deployment's DAGs"}},
        {"effective_availability", {"no ended run to count", "more history"}},
        {"reported_success_rate", {"no ended run to count", "more history"}},
        {"health_gap", {"effective availability and reported success rate are the same", "nothing"}},
        {"failure_onset_date", {"it cannot be told when this failure began", "earlier runs of this DAG"}},
        {"last_success_date", {"no successful run is recorded before this one", "earlier runs of this DAG"}},
        {"timeline_events", {"no times are recorded", "start and end times of the attempts"}},
        {"vendor_remediation",
         {"no outside service that is known has to do with it", "an entry for it in knowledge/vendors.yaml"}},
        {"vendor_name", {"no outside service has to do with it", "nothing"}},
        {"vendor_destination", {"no outside service has to do with it", "nothing"}},
        {"vendor_dashboard_url",
         {"no outside service with a status page that is known has to do with it",
          "an entry for it in knowledge/vendors.yaml"}},
        {"rendered_conn_ids",
         {"neither the log nor the task's code names a connection",
          "the connection id, if the code takes it from elsewhere"}},
        {"child_dag_findings",
         {"no run of another DAG is linked to this one",
          "links between DAGs (triggers, assets, sensors), if there are any"}},
        {"duration_percentiles", {"no finished attempt of the task to measure", "more runs of it"}},
        {"trend_direction", {"too few runs for a trend", "more history"}},
        {"change_point_date", {"too few runs for a test", "more history"}},
        {"seasonality_signal", {"too few runs to see a period", "at least two weeks of runs"}},
        {"fleet_health_score",
         {"no run of another DAG is recorded around this one", "runs of the deployment's other DAGs"}},
        {"contributing_factors", {"nothing else was found that made it worse", "nothing"}},
        {"prevention_measures", {"without a cause there is nothing to prevent", "a cause"}},
        {"cascade_chain", {"no task failed by itself", "nothing"}},
        {"session_id", {"it was not made in a session", "nothing"}},
    };
    return usual;
}

}  // namespace

const std::vector<std::string>& SeedFields() {
    static const std::vector<std::string> fields{"title",
                                                 "summary",
                                                 "root_cause",
                                                 "root_cause_task",
                                                 "root_cause_type",
                                                 "transience",
                                                 "severity",
                                                 "priority",
                                                 "confidence",
                                                 "confidence_justification",
                                                 "evidence_status",
                                                 "evidence",
                                                 "symptoms",
                                                 "contributing_factors",
                                                 "evidence_gaps",
                                                 "log_snippet",
                                                 "exception_class",
                                                 "exception_message",
                                                 "log_classification",
                                                 "log_signals",
                                                 "dag_level_checks",
                                                 "tasks",
                                                 "cascade_chain",
                                                 "cascade_depth",
                                                 "is_cascade_amplifier",
                                                 "amplifier_description",
                                                 "blast_radius",
                                                 "cofailure_pairs",
                                                 "effective_availability",
                                                 "reported_success_rate",
                                                 "health_gap",
                                                 "failure_onset_date",
                                                 "last_success_date",
                                                 "timeline_events",
                                                 "change_signals",
                                                 "suggested_fix",
                                                 "remediation",
                                                 "prevention_measures",
                                                 "vendor_remediation",
                                                 "vendor_name",
                                                 "vendor_destination",
                                                 "vendor_dashboard_url",
                                                 "rendered_conn_ids",
                                                 "affected_dags",
                                                 "child_dag_findings",
                                                 "match_count",
                                                 "coverage_quality",
                                                 "duration_percentiles",
                                                 "trend_direction",
                                                 "change_point_date",
                                                 "seasonality_signal",
                                                 "fleet_health_score",
                                                 "from_dag_run_id",
                                                 "session_id"};
    return fields;
}

json::array GapsOf(const json::object& diagnosis, const std::vector<std::pair<std::string, std::string>>& reasons) {
    std::map<std::string, std::string> given;
    for (const auto& [field, reason] : reasons) given.emplace(field, reason);
    json::array gaps;
    std::set<std::string> seed;
    const auto add = [&](const std::string& field, const std::string& reason, const std::string& would_help) {
        gaps.push_back(json::object{{"field", field}, {"reason", reason}, {"would_help", would_help}});
    };
    for (const auto& field : SeedFields()) {
        seed.insert(field);
        if (field == "evidence_gaps" || field == "from_dag_run_id" || diagnosis.contains(field)) continue;
        const auto usual = UsualReasons().find(field);
        const auto reason = given.find(field);
        const char* would_help = usual == UsualReasons().end() ? "more of the run's records" : usual->second.would_help;
        if (reason != given.end())
            add(field, reason->second, would_help);
        else
            add(field, usual == UsualReasons().end() ? "nothing that was recorded tells" : usual->second.reason,
                would_help);
    }
    for (const auto& [field, reason] : reasons) {
        if (!seed.contains(field)) add(field, reason, "more of the run's records");
    }
    return gaps;
}

}  // namespace dagy::diagnose
