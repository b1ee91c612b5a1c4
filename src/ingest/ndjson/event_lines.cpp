// Lines that say what happened: few, so that their reading may be slower than that of records.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/hash.h"
#include "ingest/ndjson/line_kinds.h"

namespace dagy::ingest::ndjson {
namespace {

using model::AttemptState;
using model::RunState;

constexpr int kAttemptMax = 1'000'000;

[[noreturn]] void RejectWord(Field field, std::string_view word, const auto& good) {
    throw Rejected{std::string(Name(field)),
                   fmt::format("'{}' is unknown; good ones are {}", word.substr(0, 64), fmt::join(good, ", "))};
}

RunState TakeRunState(LineMembers& line) {
    const std::string_view word = line.Id(Field::kState);
    if (const auto state = model::ParseRunState(word)) return *state;
    std::vector<std::string_view> good;
    for (const RunState state :
         {RunState::kQueued, RunState::kRunning, RunState::kSucceeded, RunState::kFailed, RunState::kCancelled})
        good.push_back(model::Name(state));
    RejectWord(Field::kState, word, good);
}

AttemptState TakeAttemptState(LineMembers& line) {
    const std::string_view word = line.Id(Field::kState);
    if (const auto state = model::ParseAttemptState(word)) return *state;
    std::vector<std::string_view> good;
    for (const AttemptState state :
         {AttemptState::kQueued, AttemptState::kRunning, AttemptState::kSucceeded, AttemptState::kFailed,
          AttemptState::kSkipped, AttemptState::kTimedOut, AttemptState::kCancelled, AttemptState::kUpstreamFailed})
        good.push_back(model::Name(state));
    RejectWord(Field::kState, word, good);
}

std::optional<int> TakeInt(LineMembers& line, Field field) {
    const auto number = line.Whole(field, INT32_MIN, INT32_MAX);
    return number ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

std::vector<std::string> DownstreamOf(const json::object& task, const std::string& task_id) {
    std::vector<std::string> ids;
    const json::value* list = task.if_contains("downstream");
    if (list == nullptr || list->is_null()) return ids;
    if (!list->is_array())
        throw Rejected{"tasks", fmt::format("downstream of task {} must be a list of task ids", task_id)};
    for (const json::value& id : list->get_array()) {
        if (!id.is_string())
            throw Rejected{"tasks", fmt::format("downstream of task {} must be a list of task ids", task_id)};
        ids.emplace_back(id.get_string().data(), id.get_string().size());
    }
    return ids;
}

model::Task TaskOf(const json::value& value) {
    const json::object* from = value.if_object();
    const std::string task_id = from != nullptr ? StringOr(*from, "task_id") : std::string();
    if (task_id.empty()) throw Rejected{"tasks", "every task must be an object with a task_id"};
    model::Task task;
    task.task_id = task_id;
    task.downstream = DownstreamOf(*from, task_id);
    task.operator_name = StringOr(*from, "operator");
    task.phase = StringOr(*from, "phase");
    task.trigger_rule = StringOr(*from, "trigger_rule", "all_success");
    task.max_attempts = static_cast<int>(std::clamp<int64_t>(IntOr(*from, "max_attempts", 1), 1, kAttemptMax));
    task.is_mapped = GetBool(*from, "is_mapped").value_or(false);
    task.timeout_seconds = GetDouble(*from, "timeout_seconds");
    task.pool = StringOr(*from, "pool");
    task.queue = StringOr(*from, "queue");
    task.is_setup = GetBool(*from, "is_setup").value_or(false);
    task.is_teardown = GetBool(*from, "is_teardown").value_or(false);
    for (const auto& [key, member] : *from) {
        static constexpr std::array<std::string_view, 12> kTaken{
            "task_id",   "downstream",      "operator", "phase", "trigger_rule", "max_attempts",
            "is_mapped", "timeout_seconds", "pool",     "queue", "is_setup",     "is_teardown"};
        if (std::ranges::find(kTaken, std::string_view(key.data(), key.size())) == kTaken.end())
            task.extras[key] = member;
    }
    return task;
}

/// Edges that lead nowhere and tasks that are there twice would make a graph that nobody can draw.
void CheckTasks(const std::vector<model::Task>& tasks) {
    std::vector<std::string_view> ids;
    for (const auto& task : tasks) ids.push_back(task.task_id);
    std::ranges::sort(ids);
    if (const auto twice = std::ranges::adjacent_find(ids); twice != ids.end())
        throw Rejected{"tasks", fmt::format("task {} is there twice", *twice)};
    for (const auto& task : tasks)
        for (const auto& down : task.downstream)
            if (!std::ranges::binary_search(ids, std::string_view(down)))
                throw Rejected{"tasks",
                               fmt::format("task {} leads to {}, which is not in the list", task.task_id, down)};
}

void AddDag(LineMembers& line, BatchBuilder& batch) {
    model::DagVersion dag;
    dag.dag_id = line.Id(Field::kDagId);
    dag.version = line.OptionalId(Field::kVersion).value_or("1");
    dag.created_at = line.At(Field::kCreatedAt);
    dag.schedule = line.TextOr(Field::kSchedule, "");
    dag.source = line.TextOr(Field::kSource, "");
    dag.source_file = line.TextOr(Field::kSourceFile, "");
    if (const auto tasks = line.Value(Field::kTasks)) {
        if (!tasks->is_array()) throw Rejected{"tasks", "must be a list"};
        for (const json::value& task : tasks->get_array()) dag.tasks.push_back(TaskOf(task));
    }
    CheckTasks(dag.tasks);
    dag.extras = line.Extras();
    batch.batch().dags.push_back(std::move(dag));
}

std::optional<model::TriggeredBy> TakeStarter(LineMembers& line) {
    const auto from = line.Object(Field::kTriggeredBy);
    if (!from) return std::nullopt;
    model::TriggeredBy by{StringOr(*from, "dag_id"), StringOr(*from, "run_id"), StringOr(*from, "task_id"),
                          StringOr(*from, "via", "trigger")};
    if (by.dag_id.empty() || by.run_id.empty()) throw Rejected{"triggered_by", "needs dag_id and run_id"};
    if (by.via != "trigger" && by.via != "asset" && by.via != "sensor")
        throw Rejected{"triggered_by", "via must be trigger, asset or sensor"};
    return by;
}

void AddRun(LineMembers& line, BatchBuilder& batch) {
    model::Run run;
    run.dag_id = line.Id(Field::kDagId);
    run.run_id = line.Id(Field::kRunId);
    run.state = TakeRunState(line);
    run.original_state = model::Name(run.state);
    run.dag_version = line.TextOr(Field::kDagVersion, line.TextOr(Field::kVersion, ""));
    run.run_type = line.TextOr(Field::kRunType, "");
    run.logical_date = line.At(Field::kLogicalDate);
    run.queued_at = line.At(Field::kQueuedAt);
    run.started_at = line.At(Field::kStartedAt);
    run.ended_at = line.At(Field::kEndedAt);
    run.parameters = line.Object(Field::kParameters).value_or(json::object{});
    run.triggered_by = TakeStarter(line);
    run.extras = line.Extras();
    if (const auto& by = run.triggered_by)
        batch.batch().links.push_back({.from_dag = by->dag_id,
                                       .from_run = by->run_id,
                                       .from_task = by->task_id,
                                       .to_dag = run.dag_id,
                                       .to_run = run.run_id,
                                       .to_task = {},
                                       .via = by->via,
                                       .resource = {}});
    batch.batch().runs.push_back(std::move(run));
}

void AddTask(LineMembers& line, BatchBuilder& batch) {
    model::AttemptOfRun of{
        .run = {.dag_id = std::string(line.Id(Field::kDagId)), .run_id = std::string(line.Id(Field::kRunId))},
        .attempt = {}};
    model::TaskAttempt& a = of.attempt;
    a.task_id = line.Id(Field::kTaskId);
    a.map_index = static_cast<int>(line.Whole(Field::kMapIndex, -1, INT32_MAX).value_or(-1));
    if (a.map_index >= 0) {
        a.mapped_of = a.task_id;
        a.task_id += fmt::format("[{}]", a.map_index);
    }
    a.attempt = static_cast<int>(line.Whole(Field::kAttempt, 1, kAttemptMax).value_or(1));
    a.state = TakeAttemptState(line);
    a.original_state = model::Name(a.state);
    a.scheduled_at = line.At(Field::kScheduledAt);
    a.queued_at = line.At(Field::kQueuedAt);
    a.started_at = line.At(Field::kStartedAt);
    a.ended_at = line.At(Field::kEndedAt);
    a.max_attempts = static_cast<int>(line.Whole(Field::kMaxAttempts, 1, kAttemptMax).value_or(a.attempt));
    a.exit_code = TakeInt(line, Field::kExitCode);
    a.signal = TakeInt(line, Field::kSignal);
    a.reason = line.TextOr(Field::kReason, "");
    a.operator_name = line.TextOr(Field::kOperator, "");
    a.host = line.TextOr(Field::kHost, "");
    a.pool = line.TextOr(Field::kPool, "");
    a.queue = line.TextOr(Field::kQueue, "");
    a.phase = line.OptionalId(Field::kPhase).value_or("");
    a.extras = line.Extras();
    batch.batch().attempts.push_back(std::move(of));
}

void AddPhase(LineMembers& line, BatchBuilder& batch) {
    static constexpr std::array<std::string_view, 4> kStatus{"success", "error", "running", "missing"};
    model::PhaseOfRun of{
        .run = {.dag_id = std::string(line.Id(Field::kDagId)), .run_id = std::string(line.Id(Field::kRunId))},
        .summary = {}};
    const auto phase = line.OptionalId(Field::kPhase);
    of.summary.ref.phase = phase ? *phase : line.Id(Field::kTaskId);
    of.summary.ref.attempt = static_cast<int>(line.Whole(Field::kAttempt, 1, kAttemptMax).value_or(1));
    of.summary.status = line.Id(Field::kStatus);
    if (std::ranges::find(kStatus, of.summary.status) == kStatus.end())
        RejectWord(Field::kStatus, of.summary.status, kStatus);
    of.summary.message = line.TextOr(Field::kMessage, "");
    of.summary.total = line.Whole(Field::kTotal, 0, INT64_MAX);
    batch.batch().phases.push_back(std::move(of));
}

void AddChange(LineMembers& line, std::string_view event_id, std::string_view text, BatchBuilder& batch) {
    model::SourceEvent event;
    // The same line twice is the same change: its text is its id where it names none.
    event.event_id = event_id.empty() ? "change:" + Sha256Hex(text).substr(0, 32) : std::string(event_id);
    const auto ts = line.At(Field::kTs);
    if (!ts) throw Rejected{"ts", "is required"};
    event.ts = *ts;
    event.event = "change";
    event.dag_id = line.OptionalId(Field::kDagId).value_or("");
    event.run_id = line.OptionalId(Field::kRunId).value_or("");
    event.task_id = line.OptionalId(Field::kTaskId).value_or("");
    event.actor = line.TextOr(Field::kActor, "");
    const std::string change(line.Id(Field::kChange));
    event.extra = line.Extras();
    event.extra["change"] = change;
    batch.batch().source_events.push_back(std::move(event));
}

}  // namespace

void AddLine(std::string_view kind, LineMembers& line, std::string_view event_id, std::string_view text,
             BatchBuilder& batch) {
    if (kind == "log") return AddLog(line, batch);
    if (kind == "error") return AddError(line, batch);
    if (kind == "data") return AddData(line, batch);
    if (kind == "task") return AddTask(line, batch);
    if (kind == "run") return AddRun(line, batch);
    if (kind == "phase") return AddPhase(line, batch);
    if (kind == "dag") return AddDag(line, batch);
    if (kind == "change") return AddChange(line, event_id, text, batch);
    if (kind == "queue_data") return AddPayload(model::RecordKind::kQueueData, line, batch);
    if (kind == "event") return AddPayload(model::RecordKind::kEvent, line, batch);
    static constexpr std::array<std::string_view, 10> kKinds{"dag",   "run",  "task",       "phase", "log",
                                                             "error", "data", "queue_data", "event", "change"};
    RejectWord(Field::kKind, kind, kKinds);
}

}  // namespace dagy::ingest::ndjson
