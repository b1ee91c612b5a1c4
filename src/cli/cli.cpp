#include "cli/cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <map>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/search_command.h"
#include "cli/upkeep_commands.h"

namespace dagy::cli {
namespace {

int ExitCode(ErrorCode code) {
    switch (code) {
        case ErrorCode::kInvalidInput:
        case ErrorCode::kBadRequest:
        case ErrorCode::kTooLarge:
            return 2;
        case ErrorCode::kUnauthorized:
        case ErrorCode::kForbidden:
            return 3;
        case ErrorCode::kUnavailable:
            return 4;
        case ErrorCode::kNotFound:
            return 5;
        case ErrorCode::kConflict:
        case ErrorCode::kLocked:
            return 6;
        default:
            return 1;
    }
}

std::string Setting(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

/// What the command line said, for all commands.
struct Words {
    std::string output = "table";
    bool quiet = false, no_color = false, verbose = false;
    std::vector<std::string> run;
    DiagnoseWords diagnose;
    LogsWords logs;
    SearchWords search;
    std::optional<std::string> dag, state;
    int limit = 20;
    std::string file;
    bool check = false;
    ImportOptions import;
    LakeWords lake;
    bool sure = false;
    ServeOptions serve;
    std::string url = "http://localhost:8000";
};

Output OutputOf(const std::string& word) {
    if (word == "json") return Output::kJson;
    if (word == "ndjson") return Output::kNdjson;
    if (word == "markdown") return Output::kMarkdown;
    return Output::kTable;
}

std::unique_ptr<Connection> Connect(const Environment& environment) {
    const std::string url = Setting("DAGY_API_URL");
    return url.empty() ? environment.local() : ConnectHttp(url, Setting("DAGY_API_KEY"));
}

int Import(const Environment& environment, Words& words, Terminal& terminal) {
    if (!Setting("DAGY_API_URL").empty())
        throw Error(ErrorCode::kInvalidInput, "import writes to the local store, but DAGY_API_URL names a server",
                    "run it on the server's machine without DAGY_API_URL; both may use the data folder at once");
    words.import.progress = [&](const std::string& text) { terminal.Progress(text); };
    const json::object counts = environment.import_airflow(words.import);
    terminal.ProgressDone();
    if (words.output != "table") {
        fmt::print("{}\n", json::serialize(counts));
    } else if (!words.quiet) {
        const int64_t runs = IntOr(counts, "runs", 0), attempts = IntOr(counts, "attempts", 0);
        if (GetBool(counts, "changed").value_or(true))
            fmt::print("imported {} runs with {} task attempts, {} new log lines\n", runs, attempts,
                       IntOr(counts, "log_lines", 0));
        else
            fmt::print("all {} runs with {} task attempts were here already\n", runs, attempts);
    }
    if (const json::array* warnings = GetArray(counts, "warnings"); warnings != nullptr && !words.quiet)
        for (const json::value& warning : *warnings)
            fmt::print(stderr, "warning: {}\n", Terminal::Safe(warning.as_string()));
    return 0;
}

void AddRun(CLI::App* command, Words& words, std::vector<std::string>& into) {
    (void)words;
    command->add_option("run", into, "[DAG] RUN")->required()->expected(1, 2)->type_name("[DAG] RUN");
}

void DeclareSearch(CLI::App& app, SearchWords& words, std::function<void()> choose) {
    auto* search = app.add_subcommand("search", "rows of any run, by what they say (docs/search.md)");
    search
        ->add_option("query", words.query, "words, \"a phrase\", =word, -word, /regex/, level:error, dag:sales, id=7 …")
        ->required()
        ->type_name("QUERY…");
    search->add_option("--dag", words.dag_id, "only this dag's runs");
    search->add_option("--from", words.date_from, "first partition date, YYYY-MM-DD");
    search->add_option("--to", words.date_to, "last partition date, YYYY-MM-DD");
    search->add_option("--level", words.level, "DEBUG, INFO, WARNING, ERROR, CRITICAL; with >= before it: and above");
    search->add_option("--kind", words.kind, "logs, errors, data, with commas");
    search->add_option("--limit", words.limit, "rows that are shown")->check(CLI::Range(1, 500));
    search->callback(std::move(choose));
}

void AddRunFilters(CLI::App* command, LakeWords& words) {
    command->add_option("--dag", words.dag_id, "only this dag's runs");
    command->add_option("--run", words.run_id, "only runs of this id");
    command->add_option("--date-from", words.date_from, "first partition date");
    command->add_option("--date-to", words.date_to, "last partition date");
}

/// `dagy lake …`; `choose` makes one of its commands the one to run.
template <class Choose>
void DeclareLake(CLI::App& app, LakeWords& words, const Choose& choose) {
    auto* lake = app.add_subcommand("lake", "the Parquet files of the records");
    lake->require_subcommand(1);
    auto* check = lake->add_subcommand("check", "compare every object with what was written");
    AddRunFilters(check, words);
    check->callback([&words, choose] { choose([&words](Context& context) { return LakeCheck(context, words); }); });
    auto* compact = lake->add_subcommand("compact", "merge small chunks now");
    AddRunFilters(compact, words);
    compact->callback([&words, choose] { choose([&words](Context& context) { return LakeCompact(context, words); }); });
    auto* retain = lake->add_subcommand("retain", "delete runs that are older than their dag keeps them");
    retain->add_option("--dag", words.dag_id, "only this dag's runs");
    retain->add_flag("--dry-run", words.dry_run, "only say what would go");
    retain->callback([&words, choose] { choose([&words](Context& context) { return LakeRetain(context, words); }); });
    auto* copy = lake->add_subcommand("export", "copy the files into a folder, as other engines read them");
    copy->add_option("folder", words.folder, "an empty folder, or one that is not there")->required();
    AddRunFilters(copy, words);
    copy->callback([&words, choose] { choose([&words](Context& context) { return LakeExport(context, words); }); });
    auto* retention = lake->add_subcommand("retention", "how long the runs of a dag are kept: show or set it");
    retention->add_option("dag", words.dag_id, "the dag")->required();
    retention->add_option("days", words.days, "days, 0 for ever, or default");
    retention->callback([&words, choose] { choose([&words](Context& context) { return Retention(context, words); }); });
}

/// The tree of commands; `chosen` becomes the one to run.
void Declare(CLI::App& app, Words& words, const Environment& environment, Terminal*& terminal,
             std::function<int()>& chosen) {
    app.require_subcommand(1);
    app.fallthrough();
    app.add_option("--output", words.output, "table, json, ndjson or markdown")
        ->check(CLI::IsMember({"table", "json", "ndjson", "markdown"}));
    app.add_flag("-q,--quiet", words.quiet, "say only what was asked for");
    app.add_flag("--no-color", words.no_color, "no colour, on a terminal too");

    const auto with_connection = [&](auto run) {
        return [&words, &environment, &terminal, run] {
            const std::unique_ptr<Connection> connection = Connect(environment);
            Context context{*connection, *terminal, OutputOf(words.output), words.quiet};
            return run(context);
        };
    };

    auto* import = app.add_subcommand("import", "take in what another system recorded");
    import->require_subcommand(1);
    auto* airflow = import->add_subcommand("airflow", "an Airflow export: a folder, .tar.gz or .tar.zst");
    airflow->add_option("path", words.import.path, "the export")->required();
    airflow->callback([&] { chosen = [&] { return Import(environment, words, *terminal); }; });

    auto* diagnose = app.add_subcommand("diagnose", "why a run failed, what it broke and what to do");
    AddRun(diagnose, words, words.run);
    diagnose->add_option("--task", words.diagnose.task_id, "only this task");
    diagnose->add_option("--try", words.diagnose.tries, "only these attempts")->check(CLI::PositiveNumber);
    diagnose->add_flag("--force", words.diagnose.force, "investigate anew, whatever is cached or running");
    diagnose->add_flag("--explain", words.diagnose.explain,
                       "show every rule that fired and what the confidence is made of");
    diagnose->add_flag("--wording", words.diagnose.wording,
                       "also in the words of the language model that DAGY_LLM_URL names; off without it");
    diagnose->add_flag("--verify", words.diagnose.verify,
                       "re-read every piece of evidence and compare it byte by byte");
    diagnose->callback([&, with_connection] {
        words.diagnose.run = ReadRunWords(words.run);
        chosen = with_connection([&](Context& context) { return Diagnose(context, words.diagnose); });
    });

    auto* runs = app.add_subcommand("runs", "what ran");
    runs->require_subcommand(1);
    auto* list = runs->add_subcommand("list", "newest first");
    list->add_option("--dag", words.dag, "of this dag only");
    list->add_option("--state", words.state, "QUEUED, RUNNING, SUCCEEDED, FAILED or CANCELLED");
    list->add_option("--limit", words.limit, "how many")->check(CLI::Range(1, 100));
    list->callback([&, with_connection] {
        chosen =
            with_connection([&](Context& context) { return ListRuns(context, words.dag, words.state, words.limit); });
    });
    auto* show = runs->add_subcommand("show", "one run with its tasks");
    AddRun(show, words, words.run);
    show->callback([&, with_connection] {
        chosen = with_connection([&](Context& context) { return ShowRun(context, ReadRunWords(words.run)); });
    });

    auto* remove = runs->add_subcommand("delete", "a run with its records, diagnoses and files; for ever");
    AddRun(remove, words, words.run);
    remove->add_flag("-y,--yes", words.sure, "do not ask");
    remove->callback([&, with_connection] {
        chosen =
            with_connection([&](Context& context) { return DeleteRun(context, ReadRunWords(words.run), words.sure); });
    });

    DeclareLake(app, words.lake, [&chosen, with_connection](auto run) { chosen = with_connection(run); });

    auto* logs = app.add_subcommand("logs", "the log lines of a run");
    AddRun(logs, words, words.run);
    logs->add_option("--task", words.logs.task_id, "of this task only");
    logs->add_option("--attempt", words.logs.attempt, "of this attempt only")->check(CLI::PositiveNumber);
    logs->add_option("--level", words.logs.level, "DEBUG, INFO, WARNING, ERROR or CRITICAL");
    logs->add_option("--grep", words.logs.grep, "lines with this text, whatever its case");
    logs->add_option("--around", words.logs.around, "only the lines around this row of --task")
        ->check(CLI::NonNegativeNumber);
    logs->add_flag("--follow,-f", words.logs.follow,
                   "lines as they are written, one task attempt after the other, until the run is over");
    logs->callback([&, with_connection] {
        words.logs.run = ReadRunWords(words.run);
        chosen = with_connection([&](Context& context) { return Logs(context, words.logs); });
    });

    DeclareSearch(app, words.search, [&, with_connection] {
        chosen = with_connection([&](Context& context) { return Search(context, words.search); });
    });

    auto* ingest = app.add_subcommand("ingest", "take in NDJSON records");
    ingest->add_option("file", words.file, "a file, or - for standard input")->required();
    ingest->callback([&, with_connection] {
        chosen = with_connection([&](Context& context) { return Ingest(context, words.file); });
    });

    auto* guidance =
        app.add_subcommand("guidance", "your organization's own rules of diagnosis: show, check or put them");
    guidance->add_option("file", words.file,
                         "YAML with rules, or - for standard input; without it the present ones are shown");
    guidance->add_flag("--check", words.check, "only check them and say what they would change");
    guidance->callback([&, with_connection] {
        chosen = with_connection([&](Context& context) { return Guidance(context, words.file, words.check); });
    });

    auto* serve = app.add_subcommand("serve", "the server and its web page");
    serve->add_option("--host", words.serve.host, "address to listen on");
    serve->add_option("--port", words.serve.port, "port to listen on; 0 takes any free one and prints it");
    serve->callback([&] { chosen = [&] { return environment.serve(words.serve); }; });

    auto* link = app.add_subcommand("link", "a link that signs in to the web page once");
    link->add_option("--url", words.url, "where the server is");
    link->callback([&] { chosen = [&] { return fmt::print("{}\n", environment.sign_in_link(words.url)), 0; }; });

    app.add_subcommand("health", "is everything well?")->callback([&, with_connection] {
        chosen = with_connection([](Context& context) { return Health(context); });
    });
    app.add_subcommand("version", "which version this is")->callback([&] {
        chosen = [&] { return fmt::print("dagy {}\n", environment.version), 0; };
    });
}

}  // namespace

int Run(int argc, char** argv, const Environment& environment) {
    CLI::App app{"dagy: why a data pipeline failed, with the line that proves it", "dagy"};
    Words words;
    std::function<int()> chosen;
    Terminal* terminal_place = nullptr;
    Declare(app, words, environment, terminal_place, chosen);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);
        fmt::print(stderr, "error: {}\nhint: dagy --help\n", error.what());
        return 2;
    }
    Terminal terminal(!words.no_color, words.quiet);
    terminal_place = &terminal;
    try {
        return chosen();
    } catch (const Error& error) {
        terminal.ProgressDone();
        fmt::print(stderr, "error: {}\n", Terminal::Safe(error.detail()));
        if (!error.hint().empty()) fmt::print(stderr, "hint: {}\n", Terminal::Safe(error.hint()));
        return ExitCode(error.code());
    } catch (const std::exception& error) {
        terminal.ProgressDone();
        fmt::print(stderr, "error: this should not happen: {}\nhint: please report it with the command that you ran\n",
                   error.what());
        return 1;
    }
}

}  // namespace dagy::cli
