#include "ingest/airflow/fact_files.h"

#include <fmt/format.h>

#include <array>

#include "base/error.h"
#include "ingest/airflow/members.h"
#include "ingest/airflow/secrets.h"

namespace dagy::ingest::airflow {
namespace {

using model::Fact;
using model::SourceEvent;

struct FactFile {
    std::string_view file;
    std::string_view kind;
    std::array<std::string_view, 2> key;  ///< members that name the thing, joined by `|`; the second may be empty
};

constexpr std::array<FactFile, 8> kFactFiles{{{"import_errors.json", "import_error", {"filename", ""}},
                                              {"dag_warnings.json", "dag_warning", {"dag_id", "warning_type"}},
                                              {"pools.json", "pool", {"name", ""}},
                                              {"connections.json", "connection", {"connection_id", ""}},
                                              {"variables.json", "variable", {"key", ""}},
                                              {"assets.json", "asset", {"uri", ""}},
                                              {"jobs.json", "job", {"id", ""}},
                                              {"providers.json", "provider", {"package_name", ""}}}};

std::string KeyOf(const json::object& body, const FactFile& file) {
    std::string key = NumberText(body.if_contains(file.key[0]));
    if (!file.key[1].empty()) key += "|" + NumberText(body.if_contains(file.key[1]));
    return key;
}

void RemoveSecrets(std::string_view kind, json::object& body) {
    if (kind == "connection") {
        body.erase("password");
        body.erase("extra");
    }
    json::value value(std::move(body));
    // A variable's name stands in a member of its own, not in the name of the member that holds the value.
    MaskSecrets(value);
    body = std::move(value.get_object());
    if (kind == "variable" && LooksSecret(StringOr(body, "key")) && body.contains("value")) body["value"] = "***";
}

/// `extra` is JSON in a text, or a text.
json::object ExtraOf(const json::object& from) {
    const json::value* extra = from.if_contains("extra");
    if (extra == nullptr || extra->is_null()) return {};
    if (const json::object* object = extra->if_object()) return *object;
    const json::string* text = extra->if_string();
    if (text == nullptr) return {{"value", *extra}};
    boost::system::error_code failed;
    const json::value parsed = json::parse(*text, failed);
    if (!failed && parsed.is_object()) return parsed.get_object();
    return {{"text", *text}};
}

std::optional<SourceEvent> EventOf(const json::object& from) {
    const std::string id = NumberText(from.if_contains("event_log_id"));
    const auto when = GetTime(from, "when");
    if (id.empty() || !when) return std::nullopt;
    SourceEvent event;
    event.event_id = "airflow:" + id;
    event.ts = *when;
    event.event = StringOr(from, "event");
    event.dag_id = StringOr(from, "dag_id");
    event.run_id = StringOr(from, "run_id");
    event.task_id = StringOr(from, "task_id");
    event.map_index = static_cast<int>(IntOr(from, "map_index", -1));
    event.attempt = static_cast<int>(IntOr(from, "try_number", 0));
    event.actor = StringOr(from, "owner");
    json::value extra(ExtraOf(from));
    MaskSecrets(extra);
    event.extra = std::move(extra.get_object());
    return event;
}

}  // namespace

void ReadAirflow(const ExportFolder& folder, Export& into) {
    json::object body = folder.ReadObject("airflow.json");
    into.exported_at = GetTime(body, "exported_at");
    if (!into.exported_at)
        into.Warn("airflow.json does not say when the export was made: of two exports the later one cannot be told");
    if (!body.empty())
        into.facts.push_back(
            {.kind = "airflow", .key = "airflow", .body = std::move(body), .seen_at = into.exported_at});
}

void ReadEvents(const ExportFolder& folder, Export& into) {
    size_t item = 0;
    folder.Read("event_logs.json", [&](JsonItem& one) {
        ++item;
        const json::object* from = one.value.if_object();
        auto event = from != nullptr ? EventOf(*from) : std::nullopt;
        if (event)
            into.events.push_back(std::move(*event));
        else
            into.Warn(fmt::format("event_logs.json: item {} has no event_log_id or when: left out", item));
    });
}

void ReadFacts(const ExportFolder& folder, Export& into) {
    for (const FactFile& file : kFactFiles) {
        size_t item = 0;
        folder.Read(file.file, [&](JsonItem& one) {
            ++item;
            json::object* body = one.value.if_object();
            const std::string key = body != nullptr ? KeyOf(*body, file) : std::string();
            if (key.empty()) {
                into.Warn(fmt::format("{}: item {} has no {}: left out", file.file, item, file.key[0]));
                return;
            }
            RemoveSecrets(file.kind, *body);
            into.facts.push_back(
                {.kind = std::string(file.kind), .key = key, .body = std::move(*body), .seen_at = into.exported_at});
        });
    }
}

}  // namespace dagy::ingest::airflow
