#include "api/record_routes.h"

#include <algorithm>
#include <memory>

#include "api/call.h"
#include "api/log_download.h"
#include "api/parameter_list.h"
#include "api/phase_finder.h"
#include "api/problem.h"
#include "api/shapes.h"
#include "api/together.h"

namespace dagy::api {
namespace {

bool Accepts(const Call& call, std::string_view type) {
    return call.request.Header("accept").value_or("").contains(type);
}

json::array Columns(const std::vector<lake::Column>& columns) {
    json::array list;
    for (const lake::Column& column : columns) list.push_back({{"name", column.name}, {"type", column.type}});
    return list;
}

class RecordHandlers {
  public:
    RecordHandlers(RunFinder& finder, store::RunStore& runs, lake::Lake& lake, DownloadPool& downloads)
        : finder_(finder), runs_(runs), lake_(lake), downloads_(downloads) {}

    net::Response Summary(Call& call) {
        const FoundPhase phase = FindPhase(call, finder_, runs_);
        const model::PhaseSummary& summary = phase.summary;
        const std::vector<lake::Column> columns = {
            {"phase", "VARCHAR"},          {"attempt", "INTEGER"},    {"status", "VARCHAR"},
            {"message", "VARCHAR"},        {"total", "BIGINT"},       {"log_count", "BIGINT"},
            {"error_log_count", "BIGINT"}, {"error_count", "BIGINT"}, {"data_count", "BIGINT"}};
        json::array items;
        items.push_back({{"phase", summary.ref.phase},
                         {"attempt", summary.ref.attempt},
                         {"status", summary.status},
                         {"message", summary.message},
                         {"total", summary.total ? json::value(*summary.total) : json::value(nullptr)},
                         {"log_count", summary.log_count},
                         {"error_log_count", summary.error_log_count},
                         {"error_count", summary.error_count},
                         {"data_count", summary.data_count}});
        return Json(Body(std::move(items), 1, {.page = 0, .limit = 1}, columns, summary.ref));
    }

    net::Response Data(Call& call) { return Page(call, model::RecordKind::kData); }
    net::Response Errors(Call& call) { return Page(call, model::RecordKind::kError); }

    net::Response Logs(Call& call) {
        if (!Accepts(call, "application/x-ndjson")) return Page(call, model::RecordKind::kLog);
        const FoundPhase phase = FindPhase(call, finder_, runs_);
        return DownloadLogs(lake_, downloads_,
                            {.ref = phase.summary.ref, .level = LevelOf(call), .keyword = call.Find("keyword")});
    }

    net::Response Event(Call& call) {
        const model::Run run = finder_.Find(call);
        const model::PhaseRef ref{.run_key = run.key, .phase = "event", .attempt = 1};
        json::object body;
        auto [queue_data, event] = Together([&] { return Payload(ref, model::RecordKind::kQueueData); },
                                            [&] { return Payload(ref, model::RecordKind::kEvent); });
        body["queue_data"] = std::move(queue_data);
        body["event"] = std::move(event);
        return Json(body);
    }

  private:
    static std::optional<model::Level> LevelOf(const Call& call) {
        const auto level = call.Find("level");
        return level ? model::ParseLevel(*level) : std::nullopt;
    }

    static json::object Body(json::array items, int64_t total, const Paging& paging,
                             const std::vector<lake::Column>& columns, const model::PhaseRef& ref) {
        json::object body = PageBody(std::move(items), total, paging);
        body["columns"] = Columns(columns);
        body["attempt"] = ref.attempt;
        body["phase"] = ref.phase;
        return body;
    }

    net::Response Page(Call& call, model::RecordKind kind) {
        const FoundPhase phase = FindPhase(call, finder_, runs_);
        Paging paging{.page = call.Int("page"), .limit = call.Int("limit")};
        lake::PageQuery query{.ref = phase.summary.ref, .kind = kind, .limit = static_cast<size_t>(paging.limit)};
        if (kind == model::RecordKind::kLog) query.level = LevelOf(call);
        if (kind != model::RecordKind::kError) query.keyword = call.Find("keyword");
        if (const auto row = RowAround(call)) paging.page = PageAround(query, *row);
        lake::Page page = ReadPage(query, paging);
        if (call.Find("around") && page.items.empty() && page.total > 0) {
            paging.page = (page.total - 1) / paging.limit;
            page = ReadPage(query, paging);
        }
        json::array items;
        for (json::object& item : page.items) items.push_back(std::move(item));
        return Json(Body(std::move(items), page.total, paging, page.columns, phase.summary.ref));
    }

    lake::Page ReadPage(lake::PageQuery& query, const Paging& paging) {
        query.offset = static_cast<size_t>(paging.offset());
        return lake_.ReadPage(query);
    }

    static std::optional<int64_t> RowAround(const Call& call) {
        if (!call.Find("around")) return std::nullopt;
        if (call.request.Query("page")) {
            throw ProblemError({.code = "invalid_input",
                                .detail = "`around` finds the page itself; leave out `page`",
                                .errors = {{.parameter = "around", .message = "cannot go with page"}}});
        }
        return call.Int("around");
    }

    /// The page that holds the row, or, where the filter leaves it out, the next row that it does not.
    int64_t PageAround(const lake::PageQuery& query, int64_t row) {
        const auto limit = static_cast<int64_t>(query.limit);
        lake::RowQuery wanted;
        if (query.keyword && !query.keyword->empty()) wanted.terms.push_back({.text = *query.keyword});
        if (query.level) wanted.levels.push_back(*query.level);
        if (wanted.terms.empty() && wanted.levels.empty()) return row / limit;
        int64_t before = 0;
        lake_.SearchRun(query.ref.run_key, lake::RowMatcher(std::move(wanted)),
                        {.kinds = {query.kind}, .phase = query.ref.phase, .attempt = query.ref.attempt},
                        [&](const lake::RowHit& hit) {
                            if (hit.row >= row) return false;
                            ++before;
                            return true;
                        });
        return before / limit;
    }

    /// The first payload, or null.
    json::value Payload(const model::PhaseRef& ref, model::RecordKind kind) {
        lake::Page page = lake_.ReadPage({.ref = ref, .kind = kind, .limit = 1});
        if (page.items.empty()) return nullptr;
        json::object payload = std::move(page.items.front());
        payload.erase("_row");
        return payload;
    }

    RunFinder& finder_;
    store::RunStore& runs_;
    lake::Lake& lake_;
    DownloadPool& downloads_;
};

constexpr std::string_view kPhase = "/api/v1/dags/{dag_id}/runs/{date}/{run_id}/phases/{phase}";

Parameter Around() {
    return {.name = "around",
            .type = Type::kInteger,
            .minimum = 0,
            .maximum = int64_t{1} << 53,
            .description =
                "Instead of `page`: the page that holds the row of this number (`_row`), or the next one that "
                "passes the filter; behind the last one, the last page."};
}

Route Base(std::string path, std::string operation_id, std::string summary) {
    return {.method = "GET",
            .path = std::move(path),
            .operation_id = std::move(operation_id),
            .summary = std::move(summary),
            .tag = "runs",
            .answers = {{.status = 200, .description = "A page of rows.", .schema = "ParquetPageResponse"},
                        {.status = 502,
                         .description = "The storage failed.",
                         .schema = "Problem",
                         .content_type = "application/problem+json"}}};
}

}  // namespace

void AddRecordRoutes(RouteTable& table, RunFinder& finder, store::RunStore& runs, lake::Lake& lake,
                     DownloadPool& downloads) {
    const auto handlers = std::make_shared<RecordHandlers>(finder, runs, lake, downloads);
    const std::string prefix(kPhase);

    Route summary = Base(prefix, "getPhase", "Phase attempt summary (metadata + counts)");
    summary.parameters = PhasePath();
    summary.handle = [handlers](Call& call) { return handlers->Summary(call); };
    table.Add(std::move(summary));

    Route data = Base(prefix + "/data", "getPhaseData", "Phase data rows (paginated)");
    data.parameters = Join(Join(PhasePath(), PageParameters(50, 500)),
                           {Around(), QueryText("keyword", "Case-insensitive substring of any value.")});
    data.handle = [handlers](Call& call) { return handlers->Data(call); };
    table.Add(std::move(data));

    Route errors = Base(prefix + "/errors", "getPhaseErrors", "Phase errors (paginated)");
    errors.parameters = Join(Join(PhasePath(), PageParameters(50, 500)), {Around()});
    errors.handle = [handlers](Call& call) { return handlers->Errors(call); };
    table.Add(std::move(errors));

    Route logs = Base(prefix + "/logs", "getPhaseLogs", "Phase logs (paginated or streamed)");
    logs.description = "With `Accept: application/x-ndjson` all logs that match, a JSON object a line, without pages.";
    logs.parameters =
        Join(Join(PhasePath(), PageParameters(50, 500)),
             {Around(), LevelParameter(), QueryText("keyword", "Case-insensitive substring of the message.")});
    logs.answers.push_back({.status = 200, .description = "", .content_type = "application/x-ndjson"});
    logs.handle = [handlers](Call& call) { return handlers->Logs(call); };
    table.Add(std::move(logs));

    Route event = Base("/api/v1/dags/{dag_id}/runs/{date}/{run_id}/event", "getRunEvent",
                       "Event payload (raw trigger message and processed event)");
    event.parameters = RunPath();
    event.answers.front() = {
        .status = 200, .description = "Both payloads; null where there is none.", .schema = "EventPayload"};
    event.handle = [handlers](Call& call) { return handlers->Event(call); };
    table.Add(std::move(event));
}

}  // namespace dagy::api
