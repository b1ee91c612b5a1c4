#include "api/diagnosis_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "api/call.h"
#include "api/parameter_list.h"
#include "api/problem.h"
#include "base/error.h"
#include "diagnose/markdown.h"

namespace dagy::api {
namespace {

constexpr std::string_view kPrefix =
    "/organizations/{organizationId}/observability/deployments/{deploymentId}/dag-failure-diagnosis/runs";

class DiagnosisHandlers {
  public:
    DiagnosisHandlers(RunFinder& finder, store::RunStore& runs, store::DiagnosisStore& diagnoses, SseHub& hub,
                      RequestDiagnosis request_diagnosis, VerifyDiagnosis verify)
        : finder_(finder),
          runs_(runs),
          diagnoses_(diagnoses),
          hub_(hub),
          request_diagnosis_(std::move(request_diagnosis)),
          verify_(std::move(verify)) {}

    net::Response Create(Call& call) {
        const store::DiagnosisRequest request = RequestOf(call);
        const store::DiagnosisRun run =
            request_diagnosis_(request, GetBool(call.body, "skipCacheRead").value_or(false), call.Flag("force"));
        return Json({{"runId", run.id}, {"status", model::Name(run.state)}, {"createdAt", FormatTime(run.created_at)}},
                    202);
    }

    net::Response Status(Call& call) {
        const store::DiagnosisRun run = Find(call);
        return Json({{"runId", run.id},
                     {"status", model::Name(run.state)},
                     {"createdAt", FormatTime(run.created_at)},
                     {"updatedAt", FormatTime(run.updated_at)}});
    }

    net::Response Events(Call& call) {
        const store::DiagnosisRun run = Find(call);
        auto last = call.Find("lastEventId");
        if (!last) last = call.Find("Last-Event-ID");
        return hub_.Open(
            {.diagnosis = run.id, .scope = run.request.scope, .identity = call.who.credential, .last_event_id = last});
    }

    net::Response Result(Call& call) {
        std::string result = ResultOf(Find(call));
        net::Response response;
        if (call.request.Header("accept").value_or("").contains("text/markdown")) {
            response.content_type = "text/markdown; charset=utf-8";
            response.body = diagnose::ToMarkdown(ParseJson(result, "the diagnosis").as_object());
        } else {
            response.body = std::move(result);
        }
        return response;
    }

    net::Response Verify(Call& call) {
        const store::DiagnosisRun run = Find(call);
        const json::value diagnosis = ParseJson(ResultOf(run), "the diagnosis");
        json::array refs = verify_(run, diagnosis.as_object());
        const bool ok = std::ranges::all_of(
            refs, [](const json::value& ref) { return GetBool(ref.as_object(), "ok").value_or(false); });
        json::object body;
        body["ok"] = ok;
        body["refs"] = std::move(refs);
        return Json(body);
    }

  private:
    [[noreturn]] static void ThrowNotCompleted(const store::DiagnosisRun& run) {
        std::string detail = fmt::format("diagnosis run `{}` is {}", run.id, model::Name(run.state));
        if (!model::Ended(run.state)) detail += "; follow its events, or ask again when its status is completed";
        if (!run.error_message.empty()) detail += ": " + run.error_message;
        throw ProblemError({.code = "conflict", .detail = std::move(detail)});
    }

    std::string ResultOf(const store::DiagnosisRun& run) {
        if (run.state != model::DiagnosisState::kCompleted) ThrowNotCompleted(run);
        auto result = diagnoses_.Result(run.id);
        if (!result)
            throw ProblemError(
                {.code = "conflict",
                 .detail = fmt::format("the result of diagnosis run `{}` is gone; ask for a new one", run.id)});
        return *std::move(result);
    }

    model::Scope ScopeOf(const Call& call) {
        return finder_.ScopeOf(call, call.Text("organizationId"), call.Text("deploymentId"));
    }

    store::DiagnosisRun Find(const Call& call) {
        const model::Scope scope = ScopeOf(call);
        const std::string id = call.Text("diagnosisRunId");
        if (auto run = diagnoses_.Find(scope, id)) return *std::move(run);
        ThrowNotFound(fmt::format("there is no diagnosis run `{}`", id));
    }

    store::DiagnosisRequest RequestOf(const Call& call) {
        store::DiagnosisRequest request{.scope = ScopeOf(call)};
        request.explain = call.Flag("explain");
        request.wording = call.Flag("wording");
        const model::Run run = finder_.Find(request.scope.org, request.scope.deployment, StringOr(call.body, "dagId"),
                                            StringOr(call.body, "runId"));
        request.dag_id = run.dag_id;
        request.run_id = run.run_id;
        request.task_id = StringOr(call.body, "taskId");
        if (!request.task_id.empty()) CheckTask(run, request.task_id);
        if (const json::array* tries = GetArray(call.body, "tryNumbers")) {
            for (const json::value& number : *tries) request.try_numbers.push_back(number.to_number<int>());
        }
        std::ranges::sort(request.try_numbers);
        const auto twice = std::ranges::unique(request.try_numbers);
        request.try_numbers.erase(twice.begin(), twice.end());
        return request;
    }

    void CheckTask(const model::Run& run, const std::string& task_id) {
        std::vector<std::string> tasks;
        for (const model::TaskAttempt& attempt : runs_.Attempts(run.key)) {
            if (attempt.task_id == task_id || attempt.BaseTask() == task_id) return;
            if (std::ranges::find(tasks, attempt.BaseTask()) == tasks.end()) tasks.push_back(attempt.BaseTask());
        }
        if (tasks.size() > 10) tasks.resize(10);
        ThrowNotFound(fmt::format("run `{}` has no task `{}`; its tasks are `{}`", run.run_id, task_id,
                                  fmt::join(tasks, "`, `")));
    }

    RunFinder& finder_;
    store::RunStore& runs_;
    store::DiagnosisStore& diagnoses_;
    SseHub& hub_;
    const RequestDiagnosis request_diagnosis_;
    const VerifyDiagnosis verify_;
};

std::vector<Parameter> ScopePath() {
    return {PathText("organizationId", "The ID of the Organization to which the Deployment belongs."),
            PathText("deploymentId", "The Deployment's ID.")};
}

std::vector<Parameter> DiagnosisPath() {
    return Join(ScopePath(), {PathText("diagnosisRunId", "The diagnosis run ID.")});
}

Route Base(std::string method, std::string_view rest, std::string operation_id, std::string summary) {
    return {.method = std::move(method),
            .path = std::string(kPrefix) + std::string(rest),
            .operation_id = std::move(operation_id),
            .summary = std::move(summary),
            .tag = "diagnosis",
            .permission = identity::Permission::kDiagnosisRead,
            .fault_status = 400};
}

}  // namespace

void AddDiagnosisRoutes(RouteTable& table, RunFinder& finder, store::RunStore& runs, store::DiagnosisStore& diagnoses,
                        SseHub& hub, RequestDiagnosis request_diagnosis, VerifyDiagnosis verify) {
    const bool verifies = static_cast<bool>(verify);
    const auto handlers = std::make_shared<DiagnosisHandlers>(finder, runs, diagnoses, hub,
                                                              std::move(request_diagnosis), std::move(verify));

    Route create = Base("POST", "", "createDagFailureDiagnosis", "Diagnose a failed run");
    create.description =
        "A second request for the same dag, run, task and tries joins the one under way; after it, the cached "
        "diagnosis of the same "
        "evidence is replayed unless skipCacheRead. `force` does neither.";
    create.permission = identity::Permission::kDiagnosisRun;
    create.parameters = Join(
        ScopePath(),
        {QueryFlag("force", "Start anew, even beside one that is under way."),
         QueryFlag("explain", "The diagnosis also lists every rule that fired and what its confidence is made of."),
         QueryFlag("wording",
                   "The diagnosis also says in `wording` what a language model makes of it; only if the server has one "
                   "(DAGY_LLM_URL), from redacted evidence. The diagnosis itself does not change.")});
    create.body_schema = "CreateDiagnosisRequest";
    create.answers = {
        {.status = 202, .description = "Accepted; follow its events.", .schema = "CreateDiagnosisResponse"}};
    create.handle = [handlers](Call& call) { return handlers->Create(call); };
    table.Add(std::move(create));

    Route status = Base("GET", "/{diagnosisRunId}/status", "getDagFailureDiagnosisStatus", "Status of a diagnosis run");
    status.parameters = DiagnosisPath();
    status.answers = {{.status = 200, .description = "Where the run stands.", .schema = "DiagnosisRunStatus"}};
    status.handle = [handlers](Call& call) { return handlers->Status(call); };
    table.Add(std::move(status));

    Route events =
        Base("GET", "/{diagnosisRunId}/events", "streamDagFailureDiagnosisEvents", "Stream events of a diagnosis run");
    events.description =
        "Events text_delta, heartbeat, rca_diagnosis, end and error; `id` counts from 1. With a last id, exactly the "
        "rest; an id that is "
        "unknown gets `reset` and everything.";
    events.parameters =
        Join(DiagnosisPath(),
             {QueryText("lastEventId", "The last event ID received, used for reconnection; wins over the header."),
              {.name = "Last-Event-ID", .in = In::kHeader, .description = "The last event ID received."}});
    events.answers = {
        {.status = 200, .description = "The stream.", .schema = "StreamEvent", .content_type = "text/event-stream"}};
    events.handle = [handlers](Call& call) { return handlers->Events(call); };
    table.Add(std::move(events));

    Route result = Base("GET", "/{diagnosisRunId}/result", "getDagFailureDiagnosisResult", "The diagnosis");
    result.parameters = DiagnosisPath();
    result.answers = {{.status = 200, .description = "The diagnosis.", .schema = "Diagnosis"},
                      {.status = 409,
                       .description = "Pending, running, failed, timed out or gone.",
                       .schema = "Problem",
                       .content_type = "application/problem+json"}};
    result.handle = [handlers](Call& call) { return handlers->Result(call); };
    result.answers.push_back({.status = 200, .description = "", .content_type = "text/markdown"});
    table.Add(std::move(result));
    if (!verifies) return;

    Route verification = Base("GET", "/{diagnosisRunId}/verify", "verifyDagFailureDiagnosis",
                              "Read every evidence ref again and compare bytes");
    verification.parameters = DiagnosisPath();
    verification.answers = {
        {.status = 200, .description = "Each ref, and whether it still holds.", .schema = "Verification"},
        {.status = 409,
         .description = "There is no result.",
         .schema = "Problem",
         .content_type = "application/problem+json"}};
    verification.handle = [handlers](Call& call) { return handlers->Verify(call); };
    table.Add(std::move(verification));
}

}  // namespace dagy::api
