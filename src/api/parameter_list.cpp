#include "api/parameter_list.h"

#include <iterator>

namespace dagy::api {

Parameter PathText(std::string name, std::string description) {
    return {.name = std::move(name), .in = In::kPath, .required = true, .description = std::move(description)};
}

Parameter PathDate() {
    return {.name = "date",
            .in = In::kPath,
            .type = Type::kDate,
            .required = true,
            .description = "Run partition date (YYYY-MM-DD)."};
}

Parameter QueryText(std::string name, std::string description) {
    return {.name = std::move(name), .description = std::move(description)};
}

Parameter QueryInteger(std::string name, int64_t default_value, int64_t minimum, int64_t maximum,
                       std::string description) {
    return {.name = std::move(name),
            .type = Type::kInteger,
            .default_value = std::to_string(default_value),
            .minimum = minimum,
            .maximum = maximum,
            .description = std::move(description)};
}

Parameter QueryFlag(std::string name, std::string description) {
    return {.name = std::move(name),
            .type = Type::kBoolean,
            .default_value = "false",
            .description = std::move(description)};
}

std::vector<Parameter> RunPath() {
    return {PathText("dag_id", "The dag."), PathDate(), PathText("run_id", "The run, percent-encoded."),
            QueryText("deployment_id", "Where the run ran, if several deployments have one of this name.")};
}

std::vector<Parameter> PhasePath() {
    return Join(RunPath(), {PathText("phase", "The phase; a task's id where the task names none."),
                            QueryInteger("attempt", 1, 1, 1000000, "Attempt number (1-based).")});
}

Parameter LevelParameter() {
    return {.name = "level",
            .allowed = {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"},
            .description = "Exactly this level."};
}

Parameter CursorParameter() {
    Parameter cursor = QueryText("cursor", "next_cursor of the page before: as fast on the last page as on the first.");
    cursor.length_max = 4096;
    return cursor;
}

std::vector<Parameter> PageParameters(int64_t limit, int64_t limit_max) {
    return {QueryInteger("page", 0, 0, 10000000, "Page, from 0."),
            QueryInteger("limit", limit, 1, limit_max, "Items a page.")};
}

std::vector<Parameter> Join(std::vector<Parameter> first, std::vector<Parameter> second) {
    first.insert(first.end(), std::make_move_iterator(second.begin()), std::make_move_iterator(second.end()));
    return first;
}

}  // namespace dagy::api
