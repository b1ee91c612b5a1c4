#include <fmt/format.h>

#include "base/error.h"
#include "cli/commands.h"
#include "net/http.h"

namespace dagy::cli {
namespace {

std::string Short(const json::object& object, std::string_view key, size_t length) {
    const std::string text = StringOr(object, key);
    return text.size() > length ? text.substr(0, length) : text;
}

std::string Seconds(const json::object& object) {
    const auto seconds = GetDouble(object, "duration_seconds");
    return seconds ? fmt::format("{:.1f} s", *seconds) : "";
}

std::string CauseOf(const json::object& run) {
    const json::object* cause = GetObject(run, "cause");
    return cause != nullptr ? StringOr(*cause, "root_cause_type") : "";
}

void PrintJson(const json::value& value) {
    fmt::print("{}\n", json::serialize(value));
}

}  // namespace

RunWords ReadRunWords(const std::vector<std::string>& words) {
    if (words.size() == 1) return {std::nullopt, words[0]};
    return {words.at(0), words.at(1)};
}

json::object FindRun(Connection& connection, const RunWords& words) {
    std::string target = fmt::format("/api/v1/runs?limit=20&run_id={}", net::PercentEncode(words.run_id));
    if (words.dag_id) target += "&dag_id=" + net::PercentEncode(*words.dag_id);
    const json::object page = connection.Json("GET", target).as_object();
    const json::array& items = page.at("items").as_array();
    if (items.size() == 1) return items[0].as_object();
    if (items.empty())
        throw Error(ErrorCode::kNotFound,
                    words.dag_id ? fmt::format("dag '{}' has no run '{}'", *words.dag_id, words.run_id)
                                 : fmt::format("there is no run '{}'", words.run_id),
                    StringOr(page, "hint", "dagy runs list shows what there is"));
    std::string dags;
    for (const json::value& item : items) dags += (dags.empty() ? "" : ", ") + StringOr(item.as_object(), "dag_id");
    throw Error(ErrorCode::kInvalidInput, fmt::format("run '{}' exists in several dags: {}", words.run_id, dags),
                "name the dag before the run");
}

std::string RunTarget(const json::object& run) {
    return fmt::format("/api/v1/dags/{}/runs/{}/{}", net::PercentEncode(StringOr(run, "dag_id")), StringOr(run, "date"),
                       net::PercentEncode(StringOr(run, "run_id")));
}

int ListRuns(Context& context, const std::optional<std::string>& dag_id, const std::optional<std::string>& state,
             int limit) {
    std::string target = fmt::format("/api/v1/runs?limit={}", limit);
    if (dag_id) target += "&dag_id=" + net::PercentEncode(*dag_id);
    if (state) target += "&state=" + net::PercentEncode(*state);
    const json::object page = context.connection.Json("GET", target).as_object();
    if (context.output == Output::kJson) return PrintJson(page), 0;
    const json::array& items = page.at("items").as_array();
    if (context.output == Output::kNdjson) {
        for (const json::value& item : items) PrintJson(item);
        return 0;
    }
    if (items.empty()) {
        fmt::print("no runs yet: `dagy import airflow FOLDER` or `dagy ingest FILE` brings some in\n");
        return 0;
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::value& item : items) {
        const json::object& run = item.as_object();
        rows.push_back({Terminal::Safe(StringOr(run, "dag_id")), Terminal::Safe(StringOr(run, "run_id")),
                        context.terminal.PaintState(StringOr(run, "state")), Short(run, "started_at", 19), Seconds(run),
                        CauseOf(run)});
    }
    fmt::print("{}", RenderTable({"DAG", "RUN", "STATE", "STARTED", "TOOK", "CAUSE"}, rows));
    return 0;
}

int ShowRun(Context& context, const RunWords& words) {
    const json::object run = FindRun(context.connection, words);
    const json::object tasks = context.connection.Json("GET", RunTarget(run) + "/tasks").as_object();
    if (context.output != Output::kTable) {
        json::object both = run;
        for (const auto& [key, value] : tasks) both.emplace(key, value);
        return PrintJson(both), 0;
    }
    fmt::print("{} {}  {}  {}\n\n", context.terminal.Paint(Style::kBold, Terminal::Safe(StringOr(run, "dag_id"))),
               Terminal::Safe(StringOr(run, "run_id")), context.terminal.PaintState(StringOr(run, "state")),
               Seconds(run));
    std::vector<std::vector<std::string>> rows;
    if (const json::array* attempts = GetArray(tasks, "attempts")) {
        for (const json::value& item : *attempts) {
            const json::object& attempt = item.as_object();
            rows.push_back({Terminal::Safe(StringOr(attempt, "task_id")),
                            fmt::format("{}", IntOr(attempt, "attempt", 1)),
                            context.terminal.PaintState(StringOr(attempt, "state")), Short(attempt, "started_at", 19),
                            Seconds(attempt), StringOr(attempt, "operator")});
        }
    }
    fmt::print("{}", RenderTable({"TASK", "TRY", "STATE", "STARTED", "TOOK", "OPERATOR"}, rows));
    return 0;
}

int Health(Context& context) {
    const Answer answer = context.connection.Call("GET", "/health", {}, {});
    const json::value health = ParseJson(answer.body, "the health answer");
    const bool well = answer.status == 200;
    if (context.output != Output::kTable) return PrintJson(health), well ? 0 : 1;
    const json::object& object = health.as_object();
    std::vector<std::vector<std::string>> rows;
    if (const json::array* components = GetArray(object, "components"))
        for (const json::value& item : *components) {
            const json::object& part = item.as_object();
            rows.push_back({StringOr(part, "name"), StringOr(part, "status"),
                            fmt::format("{:.1f} ms", GetDouble(part, "latency_ms").value_or(0)),
                            StringOr(part, "message")});
        }
    fmt::print("{}\n\n{}", context.terminal.Paint(well ? Style::kGreen : Style::kRed, StringOr(object, "status")),
               RenderTable({"PART", "STATUS", "LATENCY", "MESSAGE"}, rows));
    return well ? 0 : 1;
}

}  // namespace dagy::cli
