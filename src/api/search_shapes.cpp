#include "api/search_shapes.h"

#include <string>

namespace dagy::api {
namespace {

json::value TextOrNull(const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

json::value LevelOrNull(const std::optional<model::Level>& level) {
    return level ? json::value(model::Name(*level)) : json::value(nullptr);
}

json::value ReasonOf(search::SearchEnd end) {
    switch (end) {
        case search::SearchEnd::kComplete:
            return nullptr;
        case search::SearchEnd::kLimit:
            return "limit";
        case search::SearchEnd::kTime:
            return "time";
        case search::SearchEnd::kStopped:
            return "stopped";
        case search::SearchEnd::kErrors:
            return "errors";
    }
    return nullptr;
}

}  // namespace

json::object HitShape(const search::Hit& hit) {
    json::array highlights;
    for (const auto& [start, end] : hit.highlights) highlights.push_back(json::array{start, end});
    return {{"signature", hit.signature},
            {"dag_id", hit.dag_id},
            {"deployment_id", hit.deployment},
            {"date", hit.date},
            {"run_id", hit.run_id},
            {"phase", hit.phase},
            {"attempt", hit.attempt},
            {"kind", model::FileStem(hit.kind)},
            {"row", hit.row},
            {"ts", OrNull(hit.ts)},
            {"level", LevelOrNull(hit.level)},
            {"task_id", TextOrNull(hit.task_id)},
            {"field", TextOrNull(hit.field)},
            {"snippet", hit.snippet},
            {"highlights", std::move(highlights)}};
}

json::object GroupShape(const search::Group& group, Time now) {
    return {{"signature", group.signature},
            {"title", group.title},
            {"kind", model::FileStem(group.kind)},
            {"level", LevelOrNull(group.level)},
            {"hits", group.hits},
            {"runs", group.runs},
            {"dags", group.dags},
            {"first_seen", OrNull(group.first_seen)},
            {"last_seen", OrNull(group.last_seen)},
            {"summary", search::Summary(group, now)},
            {"example", HitShape(group.example)}};
}

json::object ProgressShape(const search::SearchProgress& progress) {
    return {{"runs_seen", progress.runs_seen},
            {"runs_total", progress.runs_total},
            {"rows_scanned", progress.rows_scanned},
            {"rows_skipped", progress.rows_skipped},
            {"hits", progress.hits}};
}

json::object RunErrorShape(const model::Run& run, const Error& error, const net::Request& request) {
    json::object shape = ParseJson(ToResponse(FromError(error), request).body, "a problem").as_object();
    shape["problem"] = shape["type"];
    shape.erase("type");
    shape["dag_id"] = run.dag_id;
    shape["run_id"] = run.run_id;
    shape["deployment_id"] = run.scope.deployment;
    return shape;
}

json::object OutcomeShape(const search::SearchRequest& asked, const search::SearchOutcome& outcome, Time now) {
    json::array groups;
    for (const search::Group& group : outcome.groups) groups.push_back(GroupShape(group, now));
    json::object totals = ProgressShape(outcome.progress);
    totals["runs_failed"] = outcome.runs_failed;
    totals["hits_without_group"] = outcome.hits_without_group;
    json::object shape{{"complete", outcome.end == search::SearchEnd::kComplete},
                       {"reason", ReasonOf(outcome.end)},
                       {"groups", std::move(groups)},
                       {"totals", std::move(totals)}};
    if (const std::string hint = search::HintFor(asked, outcome); !hint.empty()) shape["hint"] = hint;
    return shape;
}

}  // namespace dagy::api
