#include "ingest/airflow/cross_dag.h"

#include <fmt/format.h>

#include "ingest/airflow/members.h"

namespace dagy::ingest::airflow {
namespace {

using model::RunLink;
using model::RunName;

/// XCom values are JSON in Airflow 2, plain in Airflow 3.
std::string PlainText(const json::value& value) {
    const json::string* text = value.if_string();
    if (text == nullptr) return {};
    std::string plain(text->data(), text->size());
    if (plain.size() >= 2 && plain.front() == '"' && plain.back() == '"') plain = plain.substr(1, plain.size() - 2);
    return plain;
}

int HexDigit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string PercentDecoded(std::string_view text) {
    std::string plain;
    for (size_t i = 0; i < text.size(); ++i) {
        const bool escape =
            text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 && HexDigit(text[i + 2]) >= 0;
        plain.push_back(escape ? static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2])) : text[i]);
        if (escape) i += 2;
    }
    return plain;
}

/// `/dags/depot_intake/runs/manual__2026-11-16T02:00:00+00:00`: the page that a sensor links to.
std::optional<RunName> RunOfPage(const std::string& page) {
    const size_t dag = page.find("/dags/");
    const size_t run = page.find("/runs/", dag == std::string::npos ? 0 : dag);
    if (dag == std::string::npos || run == std::string::npos) return std::nullopt;
    const std::string run_id = page.substr(run + 6);
    if (run_id.empty() || run <= dag + 6) return std::nullopt;
    return RunName{.dag_id = PercentDecoded(std::string_view(page).substr(dag + 6, run - dag - 6)),
                   .run_id = PercentDecoded(run_id)};
}

RunLink LinkOf(const RunName& from, std::string from_task, const RunName& to, std::string to_task, std::string via) {
    return {.from_dag = from.dag_id,
            .from_run = from.run_id,
            .from_task = std::move(from_task),
            .to_dag = to.dag_id,
            .to_run = to.run_id,
            .to_task = std::move(to_task),
            .via = std::move(via),
            .resource = {}};
}

}  // namespace

void CrossDag::SeeRun(const RunName& run, const std::optional<Time>& logical_date) {
    runs_[run] = logical_date;
    if (logical_date) by_date_.emplace(std::pair(run.dag_id, *logical_date), run.run_id);
}

void CrossDag::SeeInstance(const RunName& run, const std::string& task_id, const json::object& instance) {
    const std::string op = StringOr(instance, "operator");
    const json::object* fields = GetObject(instance, "rendered_fields");
    if (fields == nullptr) return;
    const auto logical_date = FirstTime(instance, {"logical_date", "execution_date"});
    // Subclasses have other names but the same fields. A marker names the dag that waits, not one that is waited for.
    if (const auto dag = GetString(*fields, "trigger_dag_id"))
        triggers_[{run, task_id}] = {*dag, StringOr(*fields, "trigger_run_id"), logical_date};
    if (const auto dag = GetString(*fields, "external_dag_id"); dag && !op.contains("Marker"))
        sensors_[{run, task_id}] = {*dag, {}, logical_date};
}

void CrossDag::SeeXcom(const RunName& run, const std::string& task_id, const std::string& key,
                       const json::value& value) {
    const std::string text = PlainText(value);
    if (key == "trigger_run_id" && !text.empty()) child_ids_[{run, task_id}] = text;
    if (key == "_link_ExternalDagLink" || key == "external_dag_link")
        if (const auto awaited = RunOfPage(text)) awaited_[{run, task_id}] = *awaited;
}

void CrossDag::SeeAssetEvent(const json::object& event) {
    const RunName source{StringOr(event, "source_dag_id"), StringOr(event, "source_run_id")};
    const json::array* created = GetArray(event, "created_dagruns");
    if (source.dag_id.empty() || source.run_id.empty() || created == nullptr) return;
    std::string resource = StringOr(event, "name", StringOr(event, "uri"));
    if (resource.empty()) resource = StringOr(event, "dataset_uri");
    std::string task = StringOr(event, "source_task_id");
    if (const int64_t index = IntOr(event, "source_map_index", -1); index >= 0) task += fmt::format("[{}]", index);
    for (const json::value& value : *created) {
        const json::object* run = value.if_object();
        if (run == nullptr) continue;
        const RunName consumer{StringOr(*run, "dag_id"), StringOr(*run, "run_id", StringOr(*run, "dag_run_id"))};
        if (consumer.dag_id.empty() || consumer.run_id.empty()) continue;
        asset_links_.push_back(LinkOf(source, task, consumer, {}, "asset"));
        asset_links_.back().resource = resource;
    }
}

/// The operator's own word for the run that it made; else the run id that it was told to use, if there is such a run.
std::optional<RunName> CrossDag::ChildOf(const TaskOfRun& task, const Reach& reach) const {
    if (reach.dag_id.empty()) return std::nullopt;
    if (const auto child = child_ids_.find(task); child != child_ids_.end())
        return RunName{reach.dag_id, child->second};
    const RunName named{reach.dag_id, reach.run_id};
    return runs_.contains(named) ? std::optional(named) : std::nullopt;
}

/// The run that the sensor linked to; else the one of the same logical date, which is what a sensor waits for unless it
/// is told otherwise.
std::optional<RunName> CrossDag::AwaitedBy(const TaskOfRun& task, const Reach& reach) const {
    if (const auto linked = awaited_.find(task); linked != awaited_.end()) return linked->second;
    if (reach.dag_id.empty() || !reach.logical_date) return std::nullopt;
    const auto run = by_date_.find({reach.dag_id, *reach.logical_date});
    return run != by_date_.end() ? std::optional(RunName{reach.dag_id, run->second}) : std::nullopt;
}

std::vector<RunLink> CrossDag::Links() const {
    std::vector<RunLink> links = asset_links_;
    for (const auto& [task, reach] : triggers_)
        if (const auto child = ChildOf(task, reach))
            links.push_back(LinkOf(task.run, task.task_id, *child, {}, "trigger"));
    for (const auto& [task, reach] : sensors_)
        if (const auto awaited = AwaitedBy(task, reach))
            links.push_back(LinkOf(*awaited, {}, task.run, task.task_id, "sensor"));
    return links;
}

std::map<RunName, model::TriggeredBy> Starters(const std::vector<RunLink>& links) {
    std::map<RunName, model::TriggeredBy> starters;
    for (const RunLink& link : links)
        if (link.via != "sensor")
            starters[{link.to_dag, link.to_run}] = {
                .dag_id = link.from_dag, .run_id = link.from_run, .task_id = link.from_task, .via = link.via};
    return starters;
}

}  // namespace dagy::ingest::airflow
