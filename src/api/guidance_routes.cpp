#include "api/guidance_routes.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/call.h"
#include "api/parameter_list.h"
#include "api/problem.h"
#include "base/hash.h"

namespace dagy::api {
namespace {

constexpr const char* kPath = "/api/v1/diagnosis/guidance";

/// The rules of a request: its body, or the member `yaml` of a JSON body.
struct Sent {
    std::string yaml;
    bool in_member = false;
};

Sent TakeText(Call& call) {
    if (!call.body.empty()) return {StringOr(call.body, "yaml"), true};
    return {std::move(call.request.body), false};
}

std::shared_ptr<const diagnose::Guidance> ReadOrRefuse(const Sent& sent, int64_t version) {
    std::vector<diagnose::GuidanceFault> found;
    auto guidance = diagnose::Guidance::Read(sent.yaml, version, found);
    if (found.empty()) return guidance;
    Problem problem{.code = "invalid_input"};
    for (auto& fault : found) {
        std::string message =
            fault.rule.empty() ? std::move(fault.what) : fmt::format("rule {}: {}", fault.rule, fault.what);
        problem.errors.push_back({.pointer = sent.in_member ? "/yaml" : "",
                                  .message = std::move(message),
                                  .in_body = true,
                                  .line = fault.line,
                                  .way_out = std::move(fault.way_out)});
    }
    const Fault& first = problem.errors.front();
    problem.detail = fmt::format("the rules have {} fault{}; line {}: {}; {}", found.size(),
                                 found.size() == 1 ? "" : "s", first.line, first.message, first.way_out);
    throw ProblemError(std::move(problem));
}

class GuidanceHandlers {
  public:
    GuidanceHandlers(store::GuidanceStore& guidance, store::IdentityStore& identities, const Clock& clock,
                     TryGuidance try_guidance)
        : guidance_(guidance), identities_(identities), clock_(clock), try_guidance_(std::move(try_guidance)) {}

    net::Response Get(Call& call) {
        const auto current = guidance_.Current(call.who.org);
        if (!call.request.Header("accept").value_or("").contains("application/yaml")) return Json(Shape(current));
        net::Response response;
        response.content_type = "application/yaml";
        response.body = current ? current->yaml : "";
        return response;
    }

    net::Response Put(Call& call) {
        const Sent sent = TakeText(call);
        const auto before = guidance_.Current(call.who.org);
        const auto read = ReadOrRefuse(sent, before ? before->version + 1 : 1);
        const Time now = clock_.Now();
        store::AuditEntry audit =
            identity::MakeAudit(call.who, call.Origin(), now, "diagnosis_guidance", call.who.org, "update");
        // The text itself is kept version by version; the trail needs to know which.
        if (before) audit.before = {{"version", before->version}, {"sha256", Sha256Hex(before->yaml)}};
        audit.after = {{"version", read->version()}, {"sha256", Sha256Hex(sent.yaml)}, {"rules", read->rules()}};
        return Json(Shape(guidance_.Put(call.who.org, sent.yaml, call.who.user, now, audit)));
    }

    net::Response Check(Call& call) {
        const auto next = ReadOrRefuse(TakeText(call), guidance_.CurrentVersion(call.who.org) + 1);
        const auto last = static_cast<size_t>(call.Int("last"));
        const diagnose::GuidanceTrial trial =
            try_guidance_ ? try_guidance_(call.who.org, next, last) : diagnose::GuidanceTrial{};
        json::array changes;
        for (const auto& change : trial.changes) {
            const auto& request = change.diagnosis.request;
            json::object item{{"diagnosis_run_id", change.diagnosis.id},
                              {"deployment_id", request.scope.deployment},
                              {"dag_id", request.dag_id},
                              {"run_id", request.run_id}};
            if (!request.task_id.empty()) item["task_id"] = request.task_id;
            item["from"] = change.from;
            item["to"] = change.to;
            changes.push_back(std::move(item));
        }
        return Json({{"rules", next->rules()},
                     {"tried", trial.tried},
                     {"gone", trial.gone},
                     {"left_out", trial.left_out},
                     {"changes", std::move(changes)}});
    }

  private:
    json::object Shape(const std::optional<store::Guidance>& current) {
        if (!current)
            return {{"version", 0}, {"rules", 0}, {"yaml", ""}, {"updated_at", nullptr}, {"updated_by", nullptr}};
        std::vector<diagnose::GuidanceFault> ignored;
        const auto read = diagnose::Guidance::Read(current->yaml, current->version, ignored);
        json::value author = nullptr;
        for (const auto& user : identities_.Users(current->org))
            if (user.id == current->author) author = json::value(user.email);
        return {{"version", current->version},
                {"rules", read->rules()},
                {"yaml", current->yaml},
                {"updated_at", FormatTime(current->at)},
                {"updated_by", std::move(author)}};
    }

    store::GuidanceStore& guidance_;
    store::IdentityStore& identities_;
    const Clock& clock_;
    const TryGuidance try_guidance_;
};

Route Base(std::string method, std::string path, std::string operation_id, std::string summary,
           identity::Permission permission) {
    return {.method = std::move(method),
            .path = std::move(path),
            .operation_id = std::move(operation_id),
            .summary = std::move(summary),
            .tag = "diagnosis",
            .permission = permission};
}

}  // namespace

void AddGuidanceRoutes(RouteTable& table, store::GuidanceStore& guidance, store::IdentityStore& identities,
                       const Clock& clock, TryGuidance try_guidance) {
    const auto handlers = std::make_shared<GuidanceHandlers>(guidance, identities, clock, std::move(try_guidance));
    const Answer faults = Answer::Refusal(422, "Every fault of the rules in `errors`: line, message, way_out.");

    Route get = Base("GET", kPath, "getDiagnosisGuidance", "The organization's own rules",
                     identity::Permission::kDiagnosisRead);
    get.answers = {
        {.status = 200, .description = "The newest version; version 0 where there is none.", .schema = "Guidance"},
        {.status = 200, .description = "", .content_type = "application/yaml"}};
    get.handle = [handlers](Call& call) { return handlers->Get(call); };
    table.Add(std::move(get));

    Route put = Base("PUT", kPath, "putDiagnosisGuidance", "Replace the organization's own rules",
                     identity::Permission::kAdminGuidance);
    put.description =
        "The rules as YAML text, or as the member `yaml` of a JSON body. They count for every diagnosis asked for from "
        "now on; an empty text takes them away.";
    put.body_schema = "GuidanceRequest";
    put.body_type = "application/yaml";
    put.body_optional = true;
    put.answers = {{.status = 200, .description = "They count.", .schema = "Guidance"}, faults};
    put.handle = [handlers](Call& call) { return handlers->Put(call); };
    table.Add(std::move(put));

    Route check = Base("POST", std::string(kPath) + "/check", "checkDiagnosisGuidance",
                       "Try rules on past runs without keeping them", identity::Permission::kDiagnosisRun);
    check.description =
        "Every fault is listed; good rules are tried on the runs of the last diagnoses: which would come to another "
        "code.";
    check.parameters = {QueryInteger("last", 50, 1, 50, "How many of the newest completed diagnoses to try.")};
    check.body_schema = "GuidanceRequest";
    check.body_type = "application/yaml";
    check.body_optional = true;
    check.answers = {{.status = 200, .description = "Good; what would change.", .schema = "GuidanceCheck"}, faults};
    check.handle = [handlers](Call& call) { return handlers->Check(call); };
    table.Add(std::move(check));
}

}  // namespace dagy::api
