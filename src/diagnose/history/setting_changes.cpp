#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <map>

#include "diagnose/history/changes.h"
#include "diagnose/history/setting_event.h"
#include "diagnose/history/source_scope.h"
#include "diagnose/localise/audit.h"

namespace dagy::diagnose {

namespace {

bool StartsWithAny(std::string_view code, std::initializer_list<std::string_view> prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view p) { return code.starts_with(p); });
}

/// How well a change of that kind can have this code as its effect: 0 not at all, 1 well.
double Fit(std::string_view kind, std::string_view code) {
    if (code.empty() || code == "INSUFFICIENT_EVIDENCE") return 0.5;
    if (StartsWithAny(code, {"PLATFORM_KILLED", "PLATFORM_HEARTBEAT", "PLATFORM_WORKER", "PLATFORM_CANCELLED",
                             "DATABASE_DEADLOCK", "DATABASE_SERIALIZATION", "USER_CODE_NATIVE", "DAG_IMPORT",
                             "DAG_CYCLE", "PLATFORM_SCHEDULER"}))
        return 0.1;
    if (kind == "config")
        return StartsWithAny(code, {"RESOURCE_POOL", "CONFIG_TARGET"}) ? 1 : code == "PLATFORM_RUN_TIMEOUT" ? 0.7 : 0.1;
    if (kind == "connection") {
        if (StartsWithAny(
                code, {"NETWORK_", "AUTH_", "HTTP_", "DATABASE_", "CONFIG_", "SQL_OBJECT", "STORAGE_OBJECT",
                       "STORAGE_BUCKET", "STORAGE_FILE", "DEPENDENCY_SENSOR", "DATA_MISSING", "STORAGE_PERMISSION"}))
            return 1;
        return StartsWithAny(code, {"USER_CODE_SHELL", "USER_CODE_EXPLICIT", "USER_CODE_PYTHON_UNCLASSIFIED",
                                    "PLATFORM_TASK_TIMEOUT", "SQL_", "SPARK_", "DBT_", "DATA_SCHEMA", "OTHER"})
                   ? 0.7
                   : 0.3;
    }
    if (StartsWithAny(code, {"CONFIG_",
                             "AUTH_",
                             "HTTP_NOT_FOUND",
                             "HTTP_BAD",
                             "STORAGE_",
                             "NETWORK_DNS",
                             "NETWORK_CONNECT",
                             "NETWORK_UNREACHABLE",
                             "NETWORK_READ",
                             "DATA_MISSING",
                             "DATA_PARSE",
                             "USER_CODE_",
                             "SQL_",
                             "DEPENDENCY_SENSOR",
                             "DATA_OUT_OF",
                             "PLATFORM_TASK_TIMEOUT",
                             "OUT_OF_MEMORY",
                             "DATABASE_STATEMENT",
                             "DATA_QUALITY",
                             "DATA_SCHEMA",
                             "RESOURCE_"}))
        return 1;
    return 0.4;
}

/// A host, schema or other value that the change put in and that stands in the error.
std::string NewValueInError(const json::value& before, const json::value& after, const FailureView& view) {
    if (!after.is_object()) return {};
    for (const auto& member : after.as_object()) {
        if (!member.value().is_string()) continue;
        const auto* former = before.is_object() ? before.as_object().if_contains(member.key()) : nullptr;
        if (former && *former == member.value()) continue;
        std::string value(member.value().as_string());
        if (const size_t scheme = value.find("://"); scheme != std::string::npos) value = value.substr(scheme + 3);
        while (!value.empty() && value.back() == '/') value.pop_back();
        const bool is_name = member.key() == "connection_id" || member.key() == "conn_type" || member.key() == "key" ||
                             member.key() == "pool";
        // Everything of this machine has the same host: no sign of this connection.
        const bool is_local = value == "localhost" || value.starts_with("127.") || value.starts_with("0.0.0.0");
        if (!is_name && !is_local && value.size() >= 4 && view.InError(value)) return value;
    }
    return {};
}

/// The error quotes a text that could not be converted, and the change put in another one: what was converted came from
/// elsewhere.
bool QuotesAnotherText(const CaseFile& file, const SettingEvent& setting, const FailureView& view) {
    static const re2::RE2 kConverted(
        R"((?:invalid literal for \w+\(\) with base \d+: |could not convert string to \w+: |time data |Invalid isoformat string: )['"]([^'"\n]*)['"])");
    std::string quoted;
    if (!re2::RE2::PartialMatch(view.error_text, kConverted, &quoted)) return false;
    // Audit rows mask values; the variable as it was seen last shows what it became.
    const auto value_in = [](const json::value& body) -> std::string {
        if (!body.is_object()) return {};
        for (const char* name : {"value", "val"})
            if (const auto* value = body.as_object().if_contains(name); value != nullptr && value->is_string())
                return std::string(value->as_string());
        return {};
    };
    std::string put_in = value_in(setting.after);
    if (put_in.find_first_not_of('*') == std::string::npos) {
        put_in.clear();
        if (const auto seen = file.facts.find(setting.kind); seen != file.facts.end())
            for (const auto& fact : seen->second)
                if (fact.key == setting.resource) put_in = value_in(fact.body);
        if (put_in.find_first_not_of('*') == std::string::npos) return false;
    }
    return !quoted.empty() && put_in.find(quoted) == std::string::npos;
}

/// What the resource was before the row: the row before it, else what was last seen of it before.
json::value Before(const CaseFile& file, const SettingEvent& setting, Time ts,
                   const std::map<std::string, json::value>& last) {
    if (const auto found = last.find(setting.kind + "|" + setting.resource); found != last.end()) return found->second;
    const auto history = file.fact_history.find(setting.kind == "config" ? "pool" : setting.kind);
    if (history == file.fact_history.end()) return nullptr;
    json::value before;
    for (const auto& fact : history->second)
        if (fact.key == setting.resource && fact.seen_at && *fact.seen_at <= ts) before = fact.body;
    return before;
}

int64_t Slots(const json::value& value) {
    return value.is_object() ? IntOr(value.as_object(), "slots", -1) : -1;
}

bool Restored(const CaseFile& file, const SettingEvent& setting, const model::SourceEvent& event,
              const json::value& before, const FailureView& view) {
    if (!before.is_object() || !setting.after.is_object() || before == setting.after) return false;
    for (const auto& later : file.source_events) {
        if (later.ts <= event.ts || later.ts > view.onset_start) continue;
        const auto other = ReadSettingEvent(later);
        if (other && other->kind == setting.kind && other->resource == setting.resource && other->after == before)
            return true;
    }
    return false;
}

void Score(const CaseFile& file, const FailureView& view, const SettingEvent& setting, ChangeSignal& change) {
    const double fit = Fit(setting.kind, view.code);
    const std::string value = NewValueInError(change.before, setting.after, view);
    const bool is_pool = setting.kind == "config";
    const bool in_error = view.InError(setting.resource);
    const bool in_task = is_pool ? setting.resource == view.pool : view.InTask(setting.resource);
    const bool shared = Mentions(view.shared_source, setting.resource);
    if (is_pool && Slots(setting.after) > Slots(change.before) && Slots(change.before) >= 0) {
        change.score = 0.05;
        change.why = "the pool was given more room, not less";
    } else if (!value.empty()) {
        change.score = 0.98;
        change.why = fmt::format("the error names {}, which this change put in", value);
    } else if (in_error && fit >= 0.4) {
        change.score = 0.95;
        change.why = fmt::format("the error names {}, {} between the last good run and the first bad one",
                                 setting.resource, setting.action);
    } else if (setting.kind == "variable" && QuotesAnotherText(file, setting, view)) {
        change.score = 0.3;
        change.why = "the failing task uses it, but what could not be converted is not what this change put in";
    } else if (in_task || (shared && setting.kind == "connection")) {
        change.score = fit >= 1 ? 0.88 : fit >= 0.6 ? 0.6 : 0.3;
        change.why = fit >= 0.6 ? "the failing task uses it, and such a change can have this effect"
                                : "the failing task uses it, but this error is not of a kind that such a change makes";
    } else if (!view.dag_source.empty() && Mentions(view.dag_source, setting.resource)) {
        change.score = 0.2;
        change.why = "another task of the dag uses it, the failing one does not";
    } else {
        change.score = view.dag_source.empty() ? 0.3 * fit : 0.05;
        change.why = view.dag_source.empty() ? "the dag's source is not known, so that its use cannot be told"
                                             : "nothing in the dag names it";
    }
}

}  // namespace

void AddSettingChanges(const CaseFile& file, const FailureView& view, std::vector<ChangeSignal>& changes) {
    std::map<std::string, json::value> last;
    for (const auto& event : file.source_events) {
        const auto setting = ReadSettingEvent(event);
        if (!setting) continue;
        ChangeSignal change;
        change.ts = event.ts;
        change.kind = setting->kind;
        change.resource = setting->resource;
        change.actor = event.actor;
        change.before = event.event == "change" ? setting->before : Before(file, *setting, event.ts, last);
        change.after = setting->after;
        change.proof = AuditProof(event);
        last[setting->kind + "|" + setting->resource] = setting->after;
        if (event.ts > view.onset) continue;
        Score(file, view, *setting, change);
        if (!view.InWindow(event.ts)) {
            if (change.score < 0.2) continue;
            change.score *= 0.2;
            change.why = "good runs came after it";
        } else if (Restored(file, *setting, event, change.before, view)) {
            change.score *= 0.3;
            change.why = "it was set back before the first failure";
        }
        changes.push_back(std::move(change));
    }
}

}  // namespace dagy::diagnose
