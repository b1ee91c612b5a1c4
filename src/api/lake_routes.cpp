#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>

#include "api/call.h"
#include "api/parameter_list.h"
#include "api/problem.h"
#include "api/upkeep_routes.h"
#include "base/error.h"
#include "lake/upkeep.h"

namespace dagy::api {
namespace {

/// Work that tells of itself while it goes on and ends in a report.
using Work = std::function<json::object(const lake::Tell&)>;

json::object ShapeOf(const Error& failed) {
    return {{"kind", "error"},
            {"code", Name(failed.code())},
            {"detail", failed.code() == ErrorCode::kInternal ? "something went wrong on the server" : failed.detail()},
            {"hint", failed.hint()}};
}

class LakeHandlers {
  public:
    explicit LakeHandlers(const UpkeepRouteParts& parts) : parts_(parts) {}

    net::Response Check(Call& call) {
        return Told([this, scope = ScopeOf(call)](const lake::Tell& tell) -> json::object {
            const lake::CheckReport report = parts_.lake.upkeep().Check(scope, tell);
            return {{"kind", "summary"},         {"sound", report.Sound()}, {"runs", report.runs},
                    {"objects", report.objects}, {"rows", report.rows},     {"bytes", report.bytes},
                    {"damaged", report.damaged}, {"gaps", report.gaps},     {"orphans", report.orphans},
                    {"young", report.young}};
        });
    }

    net::Response Compact(Call& call) {
        return Told([this, scope = ScopeOf(call)](const lake::Tell& tell) -> json::object {
            const lake::CompactReport report = parts_.lake.upkeep().Compact(scope, tell);
            return {{"kind", "summary"},
                    {"runs", report.runs},
                    {"merges", report.merges},
                    {"chunks_before", report.chunks_before},
                    {"chunks_after", report.chunks_after},
                    {"rows", report.rows},
                    {"bytes_before", report.bytes_before},
                    {"bytes_after", report.bytes_after}};
        });
    }

    net::Response Retain(Call& call) {
        lake::RetainOptions options{
            .scope = ScopeOf(call),
            .default_days = parts_.retention_days,
            .dry_run = call.Flag("dry_run"),
            .audit = identity::MakeAudit(call.who, call.Origin(), parts_.clock.Now(), "run", {}, "delete")};
        return Told([this, options](const lake::Tell& tell) -> json::object {
            const lake::RetainReport report = parts_.lake.upkeep().Retain(options, tell);
            return {{"kind", "summary"},       {"dry_run", options.dry_run}, {"deleted", report.deleted},
                    {"in_use", report.in_use}, {"rows", report.rows},        {"objects", report.objects}};
        });
    }

    net::Response Export(Call& call) {
        return parts_.downloads.Answer("application/x-tar", [this, scope = ScopeOf(call)](net::StreamWriter& writer) {
            bool whole = true;
            parts_.lake.upkeep().Export(scope, [&](std::string bytes) {
                return whole = whole && !parts_.downloads.stopping() && WriteAtItsPace(writer, std::move(bytes));
            });
            whole ? writer.Close() : writer.Abort();
        });
    }

  private:
    // The answer has begun when something fails: its last line says so.
    net::Response Told(Work work) {
        return parts_.downloads.Answer(
            "application/x-ndjson", [this, work = std::move(work)](net::StreamWriter& writer) {
                const lake::Tell tell = [&](const json::object& one) {
                    return !parts_.downloads.stopping() && WriteAtItsPace(writer, json::serialize(one) + "\n");
                };
                json::object last;
                try {
                    last = work(tell);
                } catch (const Error& failed) {
                    spdlog::warn("upkeep: {} {}", failed.detail(), failed.internal());
                    last = ShapeOf(failed);
                }
                WriteAtItsPace(writer, json::serialize(last) + "\n");
                writer.Close();
            });
    }

    lake::UpkeepScope ScopeOf(const Call& call) {
        lake::UpkeepScope scope{
            .org = call.who.org, .deployment = call.Find("deployment_id"), .dag_id = call.Find("dag_id")};
        const auto& known = call.route.parameters;
        const auto find = [&](std::string_view name) {
            return std::ranges::find(known, name, &Parameter::name) == known.end() ? std::nullopt : call.Find(name);
        };
        scope.run_id = find("run_id");
        scope.date_from = find("date_from");
        scope.date_to = find("date_to");
        if (scope.deployment) parts_.finder.ScopeOf(call, call.who.org, *scope.deployment);
        if (!scope.dag_id) return scope;
        const auto dags = parts_.runs.SimilarDags(call.who.org, *scope.dag_id);
        if (std::ranges::find(dags, *scope.dag_id) == dags.end())
            ThrowNotFound(fmt::format("there is no dag `{}`", *scope.dag_id), dags);
        if (scope.run_id) parts_.finder.Find(call.who.org, scope.deployment, *scope.dag_id, *scope.run_id);
        return scope;
    }

    const UpkeepRouteParts parts_;
};

std::vector<Parameter> RunsParameters() {
    return {QueryText("dag_id", "Only this dag's runs."),
            QueryText("run_id", "Only runs of this id."),
            QueryText("deployment_id", "Only this deployment's runs."),
            {.name = "date_from", .type = Type::kDate, .description = "First partition date, inclusive."},
            {.name = "date_to", .type = Type::kDate, .description = "Last partition date, inclusive."}};
}

Answer NoSuchThing() {
    return Answer::Refusal(404, "There is no such deployment, dag or run.");
}

Route Base(std::string method, std::string path, std::string operation_id, std::string summary) {
    return {.method = std::move(method),
            .path = std::move(path),
            .operation_id = std::move(operation_id),
            .summary = std::move(summary),
            .tag = "lake",
            .permission = identity::Permission::kAdminMembers,
            .parameters = RunsParameters(),
            .answers = {{.status = 200,
                         .description = "A JSON object a line; the last one is of kind `summary`, or `error`.",
                         .content_type = "application/x-ndjson"},
                        NoSuchThing()}};
}

}  // namespace

void AddLakeRoutes(RouteTable& table, const UpkeepRouteParts& parts) {
    const auto handlers = std::make_shared<LakeHandlers>(parts);

    Route check = Base("POST", "/api/v1/lake/check", "checkLake", "Compare every Parquet object with its register");
    check.description =
        "Lines of kind `damaged` (object, reason), `gap` (a phase whose rows are not all there), `orphan` and "
        "`progress`.";
    check.handle = [handlers](Call& call) { return handlers->Check(call); };
    table.Add(std::move(check));

    Route compact = Base("POST", "/api/v1/lake/compact", "compactLake", "Merge small chunks now");
    compact.description = "Lines of kind `merged`, `failed` (a chunk that cannot be read is left alone), `progress`.";
    compact.handle = [handlers](Call& call) { return handlers->Compact(call); };
    table.Add(std::move(compact));

    Route retain = Base("POST", "/api/v1/lake/retain", "retainRuns", "Delete runs that are older than their setting");
    retain.description =
        "Lines of kind `deleted` (or `would_delete`) and `in_use`; `age_from` names the time of the run that counted.";
    retain.parameters = {QueryText("dag_id", "Only this dag's runs."),
                         QueryText("deployment_id", "Only this deployment's runs."),
                         QueryFlag("dry_run", "Only say what would go.")};
    retain.handle = [handlers](Call& call) { return handlers->Retain(call); };
    table.Add(std::move(retain));

    Route exported = Base("GET", "/api/v1/lake/export", "exportLake", "The Parquet files of runs as a tar archive");
    exported.description =
        "Rows that are not in Parquet yet are put there first. The last member, `_dagy_export.json`, says what was "
        "copied and names objects that could not be.";
    exported.permission = identity::Permission::kRunsRead;
    exported.answers = {{.status = 200, .description = "The archive.", .content_type = "application/x-tar"},
                        NoSuchThing()};
    exported.handle = [handlers](Call& call) { return handlers->Export(call); };
    table.Add(std::move(exported));
}

}  // namespace dagy::api
