#include <fmt/format.h>

#include "base/error.h"
#include "cli/commands.h"
#include "net/http.h"
#include "net/sse.h"

namespace dagy::cli {
namespace {

/// Where diagnoses of the caller's deployment live.
std::string DiagnosesTarget(Connection& connection, const json::object& run) {
    const json::object me = connection.Json("GET", "/api/v1/me").as_object();
    return fmt::format("/organizations/{}/observability/deployments/{}/dag-failure-diagnosis/runs",
                       StringOr(me, "organization_id"), StringOr(run, "deployment_id", StringOr(me, "deployment_id")));
}

json::object RequestBody(const json::object& run, const DiagnoseWords& words) {
    json::object body{{"dagId", StringOr(run, "dag_id")}, {"runId", StringOr(run, "run_id")}};
    if (!words.task_id.empty()) body["taskId"] = words.task_id;
    if (!words.tries.empty()) body["tryNumbers"] = json::value_from(words.tries);
    if (words.force) body["skipCacheRead"] = true;
    return body;
}

/// Follows the stream of a diagnosis to its end, telling what it tells. A connection that breaks is taken up where it
/// broke.
class Follower {
  public:
    Follower(Context& context, std::string target) : context_(context), target_(std::move(target)) {}

    json::object Follow() {
        for (int tries = 0; tries < 5 && !ended_; ++tries) {
            const int64_t before = last_id_;
            const Answer answer = context_.connection.Stream(fmt::format("{}/events?lastEventId={}", target_, last_id_),
                                                             {{"accept", "text/event-stream"}},
                                                             [this](std::string_view bytes) { return Take(bytes); });
            if (answer.status >= 400) ThrowProblem(answer);
            if (last_id_ > before) tries = 0;
        }
        if (!error_.empty()) throw Error(ErrorCode::kInternal, error_);
        if (diagnosis_.empty())
            throw Error(ErrorCode::kUnavailable, "the stream of the diagnosis broke off",
                        "run the command again: it takes up the result");
        return diagnosis_;
    }

  private:
    bool Take(std::string_view bytes) {
        parser_.Feed(bytes, [this](const net::SseEvent& event) { On(event); });
        return !ended_;
    }

    void On(const net::SseEvent& event) {
        if (!event.id.empty()) last_id_ = std::stoll(event.id);
        if (event.event == "text_delta") {
            if (context_.output == Output::kTable && !context_.quiet) Tell(event.data);
        } else if (event.event == "rca_diagnosis") {
            diagnosis_ = ParseJson(event.data, "the diagnosis").as_object();
        } else if (event.event == "error") {
            error_ = StringOr(ParseJson(event.data, "the error event").as_object(), "message", "the diagnosis failed");
            ended_ = true;
        } else if (event.event == "end") {
            ended_ = true;
        }
    }

    static void Tell(const std::string& data) {
        const std::string text = Terminal::Safe(StringOr(ParseJson(data, "an event").as_object(), "text"));
        fmt::print("{}", text);
        if (!text.ends_with('\n')) fmt::print("\n");
        std::fflush(stdout);
    }

    Context& context_;
    std::string target_;
    net::SseParser parser_;
    int64_t last_id_ = 0;
    bool ended_ = false;
    std::string error_;
    json::object diagnosis_;
};

int ShowVerification(Context& context, const std::string& target) {
    const json::object report = context.connection.Json("GET", target + "/verify").as_object();
    const bool all = GetBool(report, "ok").value_or(false);
    if (context.output != Output::kTable) {
        fmt::print("{}\n", json::serialize(report));
        return all ? 0 : 1;
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::value& item : report.at("refs").as_array()) {
        const json::object& ref = item.as_object();
        const bool ok = GetBool(ref, "ok").value_or(false);
        rows.push_back({StringOr(ref, "ref"),
                        context.terminal.Paint(ok ? Style::kGreen : Style::kRed, ok ? "as recorded" : "DIFFERS"),
                        StringOr(ref, "reason")});
    }
    fmt::print("{}", RenderTable({"REF", "VERDICT", "REASON"}, rows));
    return all ? 0 : 1;
}

}  // namespace

int Diagnose(Context& context, const DiagnoseWords& words) {
    const json::object run = FindRun(context.connection, words.run);
    const std::string diagnoses = DiagnosesTarget(context.connection, run);
    const std::string query = fmt::format("?force={}&explain={}&wording={}", words.force, words.explain, words.wording);
    const json::object created =
        context.connection.Json("POST", diagnoses + query, json::serialize(RequestBody(run, words))).as_object();
    const std::string target = diagnoses + "/" + StringOr(created, "runId");
    const json::object diagnosis = Follower(context, target).Follow();
    if (words.verify) return ShowVerification(context, target);
    switch (context.output) {
        case Output::kJson:
        case Output::kNdjson:
            fmt::print("{}\n", json::serialize(diagnosis));
            break;
        case Output::kMarkdown: {
            const Answer answer = context.connection.Call("GET", target + "/result", {}, {{"accept", "text/markdown"}});
            if (answer.status >= 400) ThrowProblem(answer);
            fmt::print("{}\n", answer.body);
            break;
        }
        case Output::kTable:
            fmt::print("\n{}{}{}", RenderDiagnosis(diagnosis, context.terminal),
                       RenderWording(diagnosis, context.terminal), RenderExplanation(diagnosis, context.terminal));
            break;
    }
    return 0;
}

}  // namespace dagy::cli
