#include <fmt/format.h>
#include <unistd.h>

#include <iostream>
#include <string>

#include "base/error.h"
#include "cli/upkeep_commands.h"

namespace dagy::cli {
namespace {

void AskFirst(const json::object& run) {
    fmt::print(stderr, "delete run {} of dag {} with all its records and diagnoses? [y/N] ",
               Terminal::Safe(StringOr(run, "run_id")), Terminal::Safe(StringOr(run, "dag_id")));
    std::string answer;
    std::getline(std::cin, answer);
    if (answer != "y" && answer != "yes") throw Error(ErrorCode::kInvalidInput, "nothing was deleted");
}

}  // namespace

int DeleteRun(Context& context, const RunWords& words, bool sure) {
    const json::object run = FindRun(context.connection, words);
    if (!sure && isatty(STDIN_FILENO) != 0) AskFirst(run);
    const json::object deleted = context.connection.Json("DELETE", RunTarget(run)).as_object();
    if (context.output != Output::kTable)
        fmt::print("{}\n", json::serialize(deleted));
    else if (!context.quiet)
        fmt::print("deleted {} with {} task attempts, {} rows, {} diagnoses and {} objects\n",
                   Terminal::Safe(StringOr(deleted, "run_id")), IntOr(deleted, "attempts", 0),
                   IntOr(deleted, "rows", 0), IntOr(deleted, "diagnoses", 0), IntOr(deleted, "objects", 0));
    return 0;
}

}  // namespace dagy::cli
