#include "diagnose/severity.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/error.h"
#include "diagnose/advise/yaml.h"
#include "diagnose/knowledge_files.h"

namespace dagy::diagnose {
namespace {

const json::object& Table() {
    static const json::value table = ParseYaml(knowledge_files::Get("severity.yaml"), "severity.yaml");
    if (!table.is_object()) throw Error(ErrorCode::kInvalidInput, "severity.yaml is not a mapping");
    return table.as_object();
}

double Number(const json::value& value) {
    const std::string_view text = value.as_string();
    double number = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc()) {
        throw Error(ErrorCode::kInvalidInput, "severity.yaml: \"" + std::string(text) + "\" is not a number");
    }
    return number;
}

bool Holds(std::string_view key, const json::value& wanted, const CaseFile& file, const Findings& findings,
           const Impact& impact) {
    if (key == "is") return true;
    if (key == "criticality") return std::string_view(wanted.as_string()) == file.deployment_criticality;
    if (key == "transience") return std::string_view(wanted.as_string()) == findings.history.transience;
    if (key == "code") return std::string_view(wanted.as_string()) == findings.cause.code;
    if (key == "run_succeeded")
        return (wanted.as_string() == "true") == (file.run.run.state == model::RunState::kSucceeded);
    if (key == "affected_dags_min") return static_cast<double>(impact.affected_dags.size()) >= Number(wanted);
    if (key == "fraction_min") return impact.fraction_of_dag >= Number(wanted);
    if (key == "repeated_min") return static_cast<double>(findings.history.match_count) >= Number(wanted);
    throw Error(ErrorCode::kInvalidInput, "severity.yaml: no condition is called \"" + std::string(key) + "\"");
}

std::string FindSeverity(const CaseFile& file, const Findings& findings, const Impact& impact) {
    for (const auto& row : Table().at("severity").as_array()) {
        const auto& conditions = row.as_object();
        const bool all = std::all_of(conditions.begin(), conditions.end(), [&](const auto& member) {
            return Holds(member.key(), member.value(), file, findings, impact);
        });
        if (all) return std::string(conditions.at("is").as_string());
    }
    return "medium";
}

std::string Shifted(std::string priority, int steps) {
    const int level = std::clamp(priority[1] - '0' + steps, 1, 4);
    return "P" + std::to_string(level);
}

}  // namespace

AmplifierLimits FindAmplifierLimits() {
    const auto& limits = Table().at("amplifier").as_object();
    return {static_cast<int64_t>(Number(limits.at("victims_min"))),
            static_cast<int64_t>(Number(limits.at("other_dags_min")))};
}

Urgency FindUrgency(const CaseFile& file, const Findings& findings, const Impact& impact) {
    const std::string severity = FindSeverity(file, findings, impact);
    const char* blast = impact.affected_dags.size() > 1 ? "wide" : impact.fraction_of_dag >= 0.5 ? "dag" : "part";
    const std::string priority(Table().at("priority").as_object().at(severity).as_object().at(blast).as_string());
    const int steps = file.deployment_criticality == "critical" ? -1 : file.deployment_criticality == "low" ? 1 : 0;
    return {severity, Shifted(priority, steps)};
}

}  // namespace dagy::diagnose
