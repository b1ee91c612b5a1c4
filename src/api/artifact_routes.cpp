#include "api/artifact_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "api/call.h"
#include "api/parameter_list.h"
#include "api/problem.h"
#include "api/run_artifacts.h"
#include "api/shapes.h"

namespace dagy::api {
namespace {

constexpr std::array<std::string_view, 5> kKinds = {"data", "errors", "logs", "metadata", "index"};

/// The phase that a kind speaks of; 422 for a text that is no kind.
std::string PhaseOfKind(const std::string& kind) {
    if (kind == "event-queue-data" || kind == "event-event") return "event";
    const size_t dash = kind.rfind('-');
    if (dash != std::string::npos && dash > 0 && std::ranges::find(kKinds, kind.substr(dash + 1)) != kKinds.end())
        return kind.substr(0, dash);
    const std::string message = fmt::format("must be event-queue-data, event-event or a phase's name with one of -{}",
                                            fmt::join(kKinds, ", -"));
    throw ProblemError({.code = "invalid_input",
                        .detail = "`kind` " + message,
                        .errors = {{.parameter = "kind", .message = message}}});
}

class ArtifactHandlers {
  public:
    ArtifactHandlers(RunFinder& finder, store::RunStore& runs, lake::Lake& lake, objects::ObjectStore& objects,
                     const Clock& clock)
        : finder_(finder), artifacts_(runs, lake, objects), objects_(objects), clock_(clock) {}

    net::Response List(Call& call) {
        const model::Run run = finder_.Find(call);
        const Paging paging{.page = call.Int("page"), .limit = call.Int("limit")};
        const auto all = artifacts_.Of(run, finder_.DefaultDeployment(run.scope.org));
        json::array items;
        const auto size = static_cast<int64_t>(all.size());
        for (int64_t i = paging.offset(); i < std::min(size, paging.offset() + paging.limit); ++i)
            items.push_back(Shape(all[static_cast<size_t>(i)], call.Int("expires_in")));
        return Json(PageBody(std::move(items), size, paging));
    }

    net::Response One(Call& call) {
        const std::string kind = call.Text("kind");
        const std::string phase = PhaseOfKind(kind);
        const model::Run run = finder_.Find(call);
        const auto all = artifacts_.Of(run, finder_.DefaultDeployment(run.scope.org));
        int chunks = 0;
        for (const Artifact& artifact : all) {
            if (artifact.kind != kind || artifact.attempt != call.Int("attempt")) continue;
            ++chunks;
            if (artifact.chunk != call.Int("chunk")) continue;
            if (!artifact.modified_at)
                throw Error(ErrorCode::kStorage, fmt::format("the object `{}` is missing", artifact.key),
                            "restore it from a backup of the data folder");
            return Json(Shape(artifact, call.Int("expires_in")));
        }
        ThrowAbsent(call, run, all, chunks);
    }

  private:
    json::object Shape(const Artifact& artifact, int64_t expires_in) {
        const Time expires = std::chrono::floor<std::chrono::seconds>(clock_.Now()) + std::chrono::seconds(expires_in);
        const bool there = artifact.modified_at.has_value();
        return {{"kind", artifact.kind},
                {"phase", artifact.phase},
                {"attempt", artifact.attempt},
                {"chunk", artifact.chunk},
                {"path", artifact.key},
                {"rows", artifact.rows ? json::value(*artifact.rows) : json::value(nullptr)},
                {"size", artifact.bytes},
                {"modified_at", OrNull(artifact.modified_at)},
                {"sha256", artifact.sha256.empty() ? json::value(nullptr) : json::value(artifact.sha256)},
                {"url", there ? json::value(objects_.Presign(artifact.key, expires)) : json::value(nullptr)},
                {"expires_in", expires_in},
                {"expires_at", FormatTime(expires)}};
    }

    [[noreturn]] void ThrowAbsent(const Call& call, const model::Run& run, const std::vector<Artifact>& all,
                                  int chunks) {
        if (chunks > 0) {
            ThrowNotFound(fmt::format("`{}` of attempt {} has {} chunk{}, from 0; there is no chunk {}",
                                      call.Text("kind"), call.Int("attempt"), chunks, chunks == 1 ? "" : "s",
                                      call.Int("chunk")));
        }
        std::vector<std::string> kinds;
        for (const Artifact& artifact : all) {
            if (kinds.size() < 10 && std::ranges::find(kinds, artifact.kind) == kinds.end())
                kinds.push_back(artifact.kind);
        }
        const std::string missing =
            fmt::format("run `{}` has no `{}` of attempt {}", run.run_id, call.Text("kind"), call.Int("attempt"));
        if (!model::Ended(run.state)) ThrowNotFound(missing + " yet; the run is still going on");
        if (kinds.empty()) ThrowNotFound(missing + "; it wrote nothing");
        ThrowNotFound(fmt::format("{}; some that it has: `{}`", missing, fmt::join(kinds, "`, `")));
    }

    RunFinder& finder_;
    RunArtifacts artifacts_;
    objects::ObjectStore& objects_;
    const Clock& clock_;
};

Parameter ExpiresIn() {
    return QueryInteger("expires_in", 300, 1, 86400, "For how many seconds the URL is good.");
}

Route Base(std::string path, std::string operation_id, std::string summary) {
    return {.method = "GET",
            .path = "/api/v1/dags/{dag_id}/runs/{date}/{run_id}/artifacts" + std::move(path),
            .operation_id = std::move(operation_id),
            .summary = std::move(summary),
            .tag = "runs"};
}

Answer StorageFailed() {
    return {.status = 502,
            .description = "The storage failed.",
            .schema = "Problem",
            .content_type = "application/problem+json"};
}

}  // namespace

void AddArtifactRoutes(RouteTable& table, RunFinder& finder, store::RunStore& runs, lake::Lake& lake,
                       objects::ObjectStore& objects, const Clock& clock) {
    const auto handlers = std::make_shared<ArtifactHandlers>(finder, runs, lake, objects, clock);

    Route list = Base("", "listRunArtifacts", "Every Parquet object of a run, each with a presigned URL");
    list.parameters = Join(Join(RunPath(), {ExpiresIn()}), PageParameters(500, 5000));
    list.answers = {{.status = 200, .description = "A page of objects.", .schema = "ArtifactList"}, StorageFailed()};
    list.handle = [handlers](Call& call) { return handlers->List(call); };
    table.Add(std::move(list));

    Route one = Base("/{kind}", "getRunArtifact", "A presigned URL of one Parquet object");
    Parameter kind =
        PathText("kind", "event-queue-data, event-event, or <phase>-data, -errors, -logs, -metadata, -index.");
    kind.pattern = R"(^(event-queue-data|event-event|[^\u0000]+-(data|errors|logs|metadata|index))$)";
    one.parameters = Join(
        RunPath(), {std::move(kind), QueryInteger("attempt", 1, 1, 1000000, "Attempt number (1-based)."),
                    QueryInteger("chunk", 0, 0, 1000000, "Which of the objects of this kind, from 0."), ExpiresIn()});
    one.answers = {{.status = 200, .description = "The object and its URL.", .schema = "Artifact"}, StorageFailed()};
    one.handle = [handlers](Call& call) { return handlers->One(call); };
    table.Add(std::move(one));
}

}  // namespace dagy::api
