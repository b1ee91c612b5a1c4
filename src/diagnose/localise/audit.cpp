#include "diagnose/localise/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace dagy::diagnose {

namespace {

bool Says(const json::object& extra, std::string_view word) {
    for (const char* key : {"new_state", "state", "status"})
        if (StringOr(extra, key) == word) return true;
    return false;
}

void AppendText(const json::value& value, std::string& text) {
    if (value.is_string()) {
        text += std::string_view(value.as_string());
        text += ' ';
    } else if (value.is_object()) {
        for (const auto& member : value.as_object()) AppendText(member.value(), text);
    } else if (value.is_array()) {
        for (const auto& item : value.as_array()) AppendText(item, text);
    }
}

}  // namespace

// Names of Airflow 3's REST routes first, then those of Airflow 2's pages and API.
bool SetsRunFailed(const model::SourceEvent& event) {
    if (event.event == "dagrun_failed") return true;
    constexpr std::array kNames{"patch_dag_run", "update_dag_run_state", "api.update_dag_run_state",
                                "dagrun_set_state"};
    return std::find(kNames.begin(), kNames.end(), event.event) != kNames.end() && Says(event.extra, "failed");
}

bool SetsTaskFailed(const model::SourceEvent& event) {
    constexpr std::array kNames{"patch_task_instance",
                                "patch_task_instances",
                                "bulk_task_instances",
                                "patch_task_group_instances",
                                "api.patch_task_instance",
                                "post_set_task_instances_state",
                                "api.post_set_task_instances_state"};
    if (std::find(kNames.begin(), kNames.end(), event.event) != kNames.end()) return Says(event.extra, "failed");
    // Airflow 2's page logs the button's name; the task's own end has the same word but says its host.
    return event.event == "failed" && event.extra.contains("confirmed");
}

bool IsOf(const model::SourceEvent& event, const std::string& dag_id, const std::string& run_id) {
    if (!event.dag_id.empty() && event.dag_id != dag_id) return false;
    if (event.run_id == run_id) return true;
    if (!event.run_id.empty()) return false;
    for (const char* key : {"dag_run_id", "run_id"})
        if (StringOr(event.extra, key) == run_id)
            return event.dag_id == dag_id || StringOr(event.extra, "dag_id") == dag_id;
    return false;
}

std::string TaskOf(const model::SourceEvent& event) {
    return event.map_index >= 0 ? fmt::format("{}[{}]", event.task_id, event.map_index) : event.task_id;
}

TaskEvents::TaskEvents(const CaseFile& file, const model::Run& run) {
    for (const auto& event : file.source_events)
        if (!event.task_id.empty() && IsOf(event, run.dag_id, run.run_id)) by_task_[TaskOf(event)].push_back(&event);
}

const std::vector<const model::SourceEvent*>& TaskEvents::Of(const std::string& task_id) const {
    static const std::vector<const model::SourceEvent*> none;
    const auto found = by_task_.find(task_id);
    return found == by_task_.end() ? none : found->second;
}

std::string ExtraText(const model::SourceEvent& event) {
    std::string text;
    AppendText(json::value(event.extra), text);
    return text;
}

Proof AuditProof(const model::SourceEvent& event) {
    Proof proof;
    proof.kind = Proof::Kind::kAudit;
    proof.dag_id = event.dag_id;
    proof.run_id = event.run_id;
    proof.task_id = TaskOf(event);
    proof.attempt = event.attempt;
    proof.ts = event.ts;
    proof.event_id = event.event_id;
    proof.text = event.event;
    for (const char* key : {"connection_id", "key", "pool_name", "pool", "resource"})
        if (const auto name = GetString(event.extra, key)) {
            proof.text += " " + *name;
            break;
        }
    if (!event.task_id.empty()) proof.text += " " + TaskOf(event);
    if (!event.actor.empty()) proof.text += " by " + event.actor;
    if (!event.extra.empty()) proof.text += " " + json::serialize(event.extra);
    return proof;
}

}  // namespace dagy::diagnose
