#include "diagnose/history/setting_event.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace dagy::diagnose {

namespace {

struct Thing {
    const char* word;  ///< in the event's name
    const char* kind;
    std::array<const char*, 4> keys;  ///< members of `extra` that hold its name
};

constexpr std::array kThings{
    Thing{"connection", "connection", {"connection_id", "conn_id", "id", "name"}},
    Thing{"variable", "variable", {"key", "variable_key", "id", "name"}},
    Thing{"pool", "config", {"pool_name", "name", "pool", "id"}},
};

/// REST verbs, Airflow 2's pages, the command line.
std::string ActionOf(const std::string& event) {
    const auto has = [&](const char* word) { return event.find(word) != std::string::npos; };
    for (const char* harmless : {"get_", "list", "export", "test_", "muldownload", "clear"})
        if (has(harmless)) return {};
    if (has("delete")) return "deleted";
    if (has("post_") || has("create") || has("add")) return "created";
    for (const char* word : {"patch", "put_", "edit", "update", "bulk", "import", "set", "change", "varimport"})
        if (has(word)) return "changed";
    return {};
}

/// `['airflow', 'variables', 'set', 'rate', '***']` as the command line logs itself.
std::vector<std::string> CommandWords(const std::string& text) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.' || c == '*' || c == ':' ||
            c == '/') {
            word += c;
        } else if (!word.empty()) {
            words.push_back(std::move(word));
            word.clear();
        }
    }
    if (!word.empty()) words.push_back(word);
    return words;
}

std::optional<SettingEvent> FromCommand(const model::SourceEvent& event) {
    const auto command = GetString(event.extra, "full_command");
    if (!command) return std::nullopt;
    const auto words = CommandWords(*command);
    for (size_t at = 0; at + 2 < words.size(); ++at) {
        const std::string& group = words[at];
        const std::string& verb = words[at + 1];
        const char* kind = group == "connections" ? "connection"
                           : group == "variables" ? "variable"
                           : group == "pools"     ? "config"
                                                  : nullptr;
        if (!kind) continue;
        const std::string action = verb == "set"      ? "changed"
                                   : verb == "add"    ? "created"
                                   : verb == "delete" ? "deleted"
                                                      : "";
        if (action.empty() || words[at + 2].starts_with("-")) return std::nullopt;
        return SettingEvent{kind, words[at + 2], action, nullptr, nullptr};
    }
    return std::nullopt;
}

std::optional<SettingEvent> FromChangeLine(const model::SourceEvent& event) {
    SettingEvent setting;
    setting.kind = StringOr(event.extra, "change");
    setting.resource = StringOr(event.extra, "resource");
    setting.action = "changed";
    if (setting.kind == "pool") setting.kind = "config";
    if (setting.kind.empty() || setting.resource.empty()) return std::nullopt;
    if (const auto* before = event.extra.if_contains("before")) setting.before = *before;
    if (const auto* after = event.extra.if_contains("after")) setting.after = *after;
    return setting;
}

json::value Visible(const json::object& extra) {
    json::object visible;
    for (const auto& member : extra) {
        const bool masked = member.value().is_string() && member.value().as_string() == "***";
        if (member.key() != "method" && !masked) visible[member.key()] = member.value();
    }
    return visible.empty() ? json::value(nullptr) : json::value(visible);
}

}  // namespace

std::optional<SettingEvent> ReadSettingEvent(const model::SourceEvent& event) {
    if (event.event == "change") return FromChangeLine(event);
    if (auto command = FromCommand(event)) return command;
    for (const Thing& thing : kThings) {
        if (event.event.find(thing.word) == std::string::npos) continue;
        SettingEvent setting;
        setting.kind = thing.kind;
        setting.action = ActionOf(event.event);
        if (setting.action.empty()) return std::nullopt;
        for (const char* key : thing.keys)
            if (setting.resource = StringOr(event.extra, key); !setting.resource.empty()) break;
        if (setting.resource.empty()) return std::nullopt;
        setting.after = setting.action == "deleted" ? json::value(nullptr) : Visible(event.extra);
        return setting;
    }
    return std::nullopt;
}

}  // namespace dagy::diagnose
