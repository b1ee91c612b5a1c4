// A version's tasks are one JSON text: they are read and written together, never one by one.
#include "store/sqlite/rows.h"

namespace dagy::store::sqlite {
namespace {

/// Members that have their default are left out: most tasks are plain.
json::object ToObject(const model::Task& task) {
    json::object o{{"task_id", task.task_id}};
    const auto text = [&](const char* name, const std::string& value) {
        if (!value.empty()) o[name] = value;
    };
    const auto flag = [&](const char* name, bool value) {
        if (value) o[name] = true;
    };
    if (!task.downstream.empty()) o["downstream"] = json::array(task.downstream.begin(), task.downstream.end());
    text("operator", task.operator_name);
    text("phase", task.phase);
    if (task.trigger_rule != "all_success") o["trigger_rule"] = task.trigger_rule;
    if (task.max_attempts != 1) o["max_attempts"] = task.max_attempts;
    flag("is_mapped", task.is_mapped);
    if (task.timeout_seconds) o["timeout_seconds"] = *task.timeout_seconds;
    text("pool", task.pool);
    text("queue", task.queue);
    flag("is_setup", task.is_setup);
    flag("is_teardown", task.is_teardown);
    if (!task.extras.empty()) o["extras"] = task.extras;
    return o;
}

model::Task ToTask(const json::object& o) {
    model::Task task;
    task.task_id = StringOr(o, "task_id");
    if (const json::array* downstream = GetArray(o, "downstream"))
        for (const json::value& id : *downstream)
            if (id.is_string()) task.downstream.emplace_back(id.get_string());
    task.operator_name = StringOr(o, "operator");
    task.phase = StringOr(o, "phase");
    task.trigger_rule = StringOr(o, "trigger_rule", "all_success");
    task.max_attempts = static_cast<int>(IntOr(o, "max_attempts", 1));
    task.is_mapped = GetBool(o, "is_mapped").value_or(false);
    task.timeout_seconds = GetDouble(o, "timeout_seconds");
    task.pool = StringOr(o, "pool");
    task.queue = StringOr(o, "queue");
    task.is_setup = GetBool(o, "is_setup").value_or(false);
    task.is_teardown = GetBool(o, "is_teardown").value_or(false);
    if (const json::object* extras = GetObject(o, "extras")) task.extras = *extras;
    return task;
}

}  // namespace

std::string TasksToText(const std::vector<model::Task>& tasks) {
    json::array all;
    for (const model::Task& task : tasks) all.push_back(ToObject(task));
    return json::serialize(all);
}

model::DagVersion ReadDagVersion(const Statement& row) {
    model::DagVersion dag;
    std::string tasks;
    row.Read(dag.dag_id, dag.version, dag.created_at, dag.schedule, dag.source, dag.source_file, tasks, dag.extras);
    const json::value all = ParseJson(tasks, "the tasks of a stored dag");
    if (const json::array* array = all.if_array())
        for (const json::value& task : *array)
            if (const json::object* object = task.if_object()) dag.tasks.push_back(ToTask(*object));
    return dag;
}

}  // namespace dagy::store::sqlite
