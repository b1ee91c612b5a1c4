#include "diagnose/advise.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "diagnose/advise/yaml.h"
#include "diagnose/knowledge_files.h"

namespace dagy::diagnose {
namespace {

constexpr std::string_view kMembers[] = {"title", "cause", "meaning", "fix", "steps", "prevention"};

[[noreturn]] void Refuse(std::string_view file, std::string_view code, std::string_view what) {
    throw Error(ErrorCode::kInvalidInput, fmt::format("{}: {}: {}", file, code, what));
}

void CheckEntry(std::string_view file, std::string_view code, const json::object& entry) {
    for (const auto& [key, value] : entry) {
        if (std::find(std::begin(kMembers), std::end(kMembers), std::string_view(key)) == std::end(kMembers)) {
            Refuse(file, code, fmt::format("no member is called \"{}\"", std::string_view(key)));
        }
    }
    if (code.starts_with('_')) return;  // a part that is joined to others, not a code of its own
    for (const auto* key : {"title", "cause", "fix", "steps", "prevention"}) {
        if (!entry.contains(key)) Refuse(file, code, fmt::format("\"{}\" is missing", key));
    }
    const auto& prevention = entry.at("prevention");
    if (!prevention.is_array()) Refuse(file, code, "\"prevention\" is not a list");
    for (const auto& measure : prevention.as_array()) {
        if (!measure.is_object() || !measure.as_object().contains("measure") || !measure.as_object().contains("why")) {
            Refuse(file, code, "each prevention has a measure, a why and an effort");
        }
        const auto effort = StringOr(measure.as_object(), "effort");
        if (effort != "low" && effort != "medium" && effort != "high")
            Refuse(file, code, "effort is low, medium or high");
    }
}

std::string Lines(const json::value& value, const Words& words) {
    return fmt::format("{}", fmt::join(FillLines(value, words), "\n"));
}

}  // namespace

const AdviceBook& AdviceBook::Builtin() {
    static const AdviceBook book = [] {
        std::vector<File> files;
        for (const auto& file : knowledge_files::Files()) {
            if (file.name.starts_with("advice/")) files.push_back({file.name, file.content});
        }
        return AdviceBook(files);
    }();
    return book;
}

AdviceBook::AdviceBook(const std::vector<File>& files) {
    for (const auto& [name, content] : files) {
        const auto parsed = ParseYaml(content, name);
        if (!parsed.is_object()) Refuse(name, "the file", "is not a mapping of codes");
        for (const auto& [code, entry] : parsed.as_object()) {
            if (!entry.is_object()) Refuse(name, code, "is not a mapping");
            CheckEntry(name, code, entry.as_object());
            if (!entries_.emplace(code, entry.as_object()).second) Refuse(name, code, "stands in two files");
        }
    }
}

Advice AdviceBook::For(std::string_view code, const Words& words) const {
    Advice advice;
    auto found = entries_.find(code);
    if (found == entries_.end() && !code.starts_with('_')) found = entries_.find("OTHER");
    if (found == entries_.end()) return advice;
    const auto& entry = found->second;
    const auto member = [&](std::string_view name) {
        const auto* value = entry.if_contains(name);
        return value ? *value : json::value(json::array());
    };
    advice.title = FillFirst(member("title"), words);
    advice.cause = FillFirst(member("cause"), words);
    advice.meaning = FillFirst(member("meaning"), words);
    advice.fix = Lines(member("fix"), words);
    advice.steps = FillLines(member("steps"), words);
    const json::value measures = member("prevention");
    for (const auto& one : measures.as_array()) {
        const auto& measure = one.as_object();
        Prevention prevention{FillFirst(measure.at("measure"), words), FillFirst(measure.at("why"), words),
                              StringOr(measure, "effort")};
        const bool said = std::any_of(advice.prevention.begin(), advice.prevention.end(), [&](const Prevention& other) {
            return other.effort == prevention.effort && other.measure.substr(0, 24) == prevention.measure.substr(0, 24);
        });
        if (!said && !prevention.measure.empty() && !prevention.why.empty())
            advice.prevention.push_back(std::move(prevention));
    }
    return advice;
}

std::vector<std::string> AdviceBook::Holes(std::string_view code) const {
    const auto found = entries_.find(code);
    return found == entries_.end() ? std::vector<std::string>() : HolesOf(json::value(found->second));
}

}  // namespace dagy::diagnose
