/// One function a command; called with what the command line said. They throw Error; Run turns that into an exit code.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/connection.h"
#include "cli/terminal.h"

namespace dagy::cli {

enum class Output { kTable, kJson, kNdjson, kMarkdown };

struct Context {
    Connection& connection;
    Terminal& terminal;
    Output output = Output::kTable;
    bool quiet = false;
};

/// Dag and run as words: `RUN` alone is looked up and must be of one dag only.
struct RunWords {
    std::optional<std::string> dag_id;
    std::string run_id;
};
RunWords ReadRunWords(const std::vector<std::string>& words);

/// The run as the API shows it: `dag_id`, `run_id`, `date`, `state` ….
json::object FindRun(Connection& connection, const RunWords& words);

/// `/api/v1/dags/{dag}/runs/{date}/{run}` of such a run, encoded.
std::string RunTarget(const json::object& run);

struct DiagnoseWords {
    RunWords run;
    std::string task_id;
    std::vector<int> tries;
    bool force = false;
    bool explain = false;
    bool wording = false;
    bool verify = false;
};
int Diagnose(Context& context, const DiagnoseWords& words);

int ListRuns(Context& context, const std::optional<std::string>& dag_id, const std::optional<std::string>& state,
             int limit);
int ShowRun(Context& context, const RunWords& words);

struct LogsWords {
    RunWords run;
    std::optional<std::string> task_id, level, grep;
    std::optional<int> attempt;
    std::optional<int64_t> around;  ///< only the lines around this row
    bool follow = false;
};
int Logs(Context& context, const LogsWords& words);

int Ingest(Context& context, const std::string& file);
/// Shows the organization's rules (no file), or checks or puts those of `file`.
int Guidance(Context& context, const std::string& file, bool check);
int Health(Context& context);

/// The diagnosis for a person: cause, cascade, evidence, fix. Text from logs is made safe.
std::string RenderDiagnosis(const json::object& diagnosis, const Terminal& terminal);
/// The rules that fired and what the confidence is made of, as tables; empty where the diagnosis was not explained.
std::string RenderExplanation(const json::object& diagnosis, const Terminal& terminal);
/// What a language model made of it, or why there is nothing of that kind; empty where nobody asked for it.
std::string RenderWording(const json::object& diagnosis, const Terminal& terminal);

}  // namespace dagy::cli
