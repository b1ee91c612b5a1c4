#include "diagnose/gather/criticality.h"

#include <re2/re2.h>

namespace dagy::diagnose {
namespace {

/// Airflow's tags are objects with a name; other sources' are plain texts.
std::string NameOf(const json::value& tag) {
    if (tag.is_string()) return std::string(tag.as_string());
    return tag.is_object() ? StringOr(tag.as_object(), "name") : std::string();
}

bool IsCritical(const std::string& tag) {
    static const re2::RE2 kCritical(
        R"((?i)(?:(?:business|mission|sla|prod(?:uction)?)[-_: ]?)?critical|(?:criticality|priority|importance)[-_:= ](?:critical|highest|high|1)|tier[-_: ]?[01]|[ps][01]|sev[-_: ]?[01])");
    return re2::RE2::FullMatch(tag, kCritical);
}

bool IsLow(const std::string& tag) {
    static const re2::RE2 kLow(
        R"((?i)(?:criticality|priority|importance)[-_:= ](?:low|lowest)|low[-_: ]?(?:priority|criticality)|non[-_: ]?critical|tier[-_: ]?[3-9]|[ps][4-9]|sandbox|experiment(?:al)?|playground|dev(?:elopment)?|demo)");
    return re2::RE2::FullMatch(tag, kLow);
}

}  // namespace

std::string CriticalityOf(const model::DagVersion& dag, const std::string& deployment) {
    bool low = false;
    if (const json::array* tags = GetArray(dag.extras, "tags")) {
        for (const json::value& tag : *tags) {
            const std::string name = NameOf(tag);
            if (IsCritical(name)) return "critical";
            low = low || IsLow(name);
        }
    }
    if (low) return "low";
    return deployment == "high" ? "critical" : deployment;
}

}  // namespace dagy::diagnose
