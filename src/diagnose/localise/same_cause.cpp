#include "diagnose/localise/same_cause.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace dagy::diagnose {

namespace {

/// The message without numbers and quoted values, so that one error about two rows is one.
std::string Shape(std::string_view message) {
    std::string shape;
    for (size_t at = 0; at < message.size(); ++at) {
        if (std::isdigit(static_cast<unsigned char>(message[at]))) {
            if (shape.empty() || shape.back() != '#') shape += '#';
        } else {
            shape += message[at];
        }
    }
    return shape;
}

bool AboutOtherThings(const Candidate& a, const Candidate& b) {
    for (const char* key :
         {"host", "connection", "conn_id", "bucket", "table", "path", "url", "key", "variable", "module", "name"}) {
        const auto in_a = a.captures.find(key);
        const auto in_b = b.captures.find(key);
        if (in_a != a.captures.end() && in_b != b.captures.end() && in_a->second != in_b->second) return true;
    }
    return false;
}

bool StartsWithAny(std::string_view code, std::initializer_list<std::string_view> prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view p) { return code.starts_with(p); });
}

}  // namespace

std::string_view TopCode(const TaskFinding& task) {
    return task.candidates.empty() ? std::string_view{} : std::string_view(task.candidates.front().code);
}

bool SameCause(const TaskFinding& a, const TaskFinding& b) {
    const auto code = TopCode(a);
    const bool sensors = code == "DEPENDENCY_SENSOR_TIMEOUT" && a.base_task != b.base_task;
    if (!sensors && !a.signature.empty() && a.signature == b.signature) return true;
    if (code != TopCode(b)) return false;
    if (code.empty()) return a.signature.empty() && b.signature.empty();
    // A sensor says how long it waited, never for what: two of them waited for two things.
    if (sensors) return false;
    const Candidate& first = a.candidates.front();
    const Candidate& second = b.candidates.front();
    // What one's own code or one's data says is the same only if it says the same; a place that is down is down for
    // all.
    if (StartsWithAny(code, {"USER_CODE_", "DATA_", "SQL_", "CONFIG_", "DEPENDENCY_", "DBT_", "SPARK_", "OTHER"}))
        return first.exception_class == second.exception_class &&
               Shape(first.exception_message) == Shape(second.exception_message) &&
               !(first.exception_message.empty() && second.exception_message.empty());
    return !AboutOtherThings(first, second);
}

bool LooksLikeMissingInput(const TaskFinding& task) {
    constexpr std::array kCodes{"DATA_MISSING_INPUT",
                                "STORAGE_OBJECT_NOT_FOUND",
                                "STORAGE_FILE_NOT_FOUND",
                                "USER_CODE_PYTHON_KEY_ERROR",
                                "USER_CODE_PYTHON_INDEX_ERROR",
                                "USER_CODE_PYTHON_TYPE_ERROR",
                                "SQL_OBJECT_NOT_FOUND",
                                "USER_CODE_PYTHON_ATTRIBUTE_ERROR",
                                "HTTP_NOT_FOUND",
                                "DEPENDENCY_UPSTREAM_TASK_FAILED",
                                "DATA_QUALITY_CHECK_FAILED",
                                "DATA_NULL_VIOLATION",
                                "USER_CODE_PYTHON_ASSERTION",
                                "DATA_FOREIGN_KEY_VIOLATION"};
    return std::find(kCodes.begin(), kCodes.end(), TopCode(task)) != kCodes.end();
}

bool LooksLikeLeftovers(const TaskFinding& task) {
    return OnlyPointsElsewhere(task) || StartsWithAny(TopCode(task), {"STORAGE_", "DATA_", "DATABASE_LOCK", "SQL_"});
}

bool OnlyPointsElsewhere(const TaskFinding& task) {
    const auto code = TopCode(task);
    constexpr std::array kCodes{"",
                                "INSUFFICIENT_EVIDENCE",
                                "DEPENDENCY_UPSTREAM_DAG_FAILED",
                                "DEPENDENCY_UPSTREAM_TASK_FAILED",
                                "OTHER",
                                "DEPENDENCY_SENSOR_TIMEOUT",
                                "USER_CODE_EXPLICIT_FAILURE",
                                "USER_CODE_PYTHON_UNCLASSIFIED",
                                "PLATFORM_TASK_TIMEOUT"};
    return std::find(kCodes.begin(), kCodes.end(), code) != kCodes.end();
}

}  // namespace dagy::diagnose
