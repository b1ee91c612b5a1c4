#include "cli/search_command.h"

#include <fmt/format.h>

#include "base/error.h"
#include "cli/render_hit.h"
#include "net/http.h"

namespace dagy::cli {
namespace {

std::string TargetOf(const SearchWords& words) {
    std::string query;
    for (const std::string& word : words.query) query += (query.empty() ? "" : " ") + word;
    std::string target = fmt::format("/api/v1/search?limit={}&q={}", words.limit, net::PercentEncode(query));
    const auto add = [&](std::string_view name, const std::optional<std::string>& value) {
        if (value) target += fmt::format("&{}={}", name, net::PercentEncode(*value));
    };
    add("dag_id", words.dag_id);
    add("date_from", words.date_from);
    add("date_to", words.date_to);
    add("level", words.level);
    add("kind", words.kind);
    return target;
}

/// Reads the stream's lines and says what they hold.
class Teller {
  public:
    explicit Teller(Context& context) : context_(context) {}

    void Take(std::string_view bytes) {
        rest_ += bytes;
        size_t start = 0;
        for (size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', start)) {
            Line(std::string_view(rest_).substr(start, end - start));
            start = end + 1;
        }
        rest_.erase(0, start);
        std::fflush(stdout);
    }

    int ExitCode() const {
        if (damaged_) return 1;
        if (hits_ > 0) return 0;
        return complete_ ? 5 : 1;
    }

  private:
    void Line(std::string_view text) {
        const json::object line = ParseJson(text, "a line of the search").as_object();
        const std::string type = StringOr(line, "type");
        const bool table = context_.output == Output::kTable || context_.output == Output::kMarkdown;
        if (type == "progress") Progress(line);
        if (!table) {
            if (type == "end") TakeEnd(line);
            if (type == "error") damaged_ = true;
            fmt::print("{}\n", text);
            return;
        }
        if (type == "hit") ShowHit(line.at("hit").as_object());
        if (type == "error") ShowError(line);
        if (type == "end") ShowEnd(line);
    }

    void Progress(const json::object& line) {
        context_.terminal.Progress(fmt::format("{} of {} runs, {} rows found", IntOr(line, "runs_seen", 0),
                                               IntOr(line, "runs_total", 0), IntOr(line, "hits", 0)));
    }

    void ShowHit(const json::object& hit) {
        context_.terminal.ProgressDone();
        fmt::print("{}\n", RenderHit(hit, context_.terminal));
        const std::string command = OpenCommand(hit);
        if (!context_.quiet && !command.empty())
            fmt::print("    {}\n", context_.terminal.Paint(Style::kDim, Terminal::Safe(command)));
    }

    void ShowError(const json::object& error) {
        damaged_ = true;
        context_.terminal.ProgressDone();
        fmt::print(stderr, "error: run '{}': {}\n", Terminal::Safe(StringOr(error, "run_id")),
                   Terminal::Safe(StringOr(error, "detail")));
    }

    void TakeEnd(const json::object& end) {
        complete_ = GetBool(end, "complete").value_or(false);
        if (const json::object* totals = GetObject(end, "totals")) hits_ = IntOr(*totals, "hits", 0);
    }

    void ShowEnd(const json::object& end) {
        TakeEnd(end);
        context_.terminal.ProgressDone();
        const json::object& totals = end.at("totals").as_object();
        const json::array* groups = GetArray(end, "groups");
        if (groups != nullptr && !groups->empty() && !context_.quiet) {
            fmt::print("\n");
            for (const json::value& group : *groups)
                fmt::print("{}\n", RenderGroup(group.as_object(), context_.terminal));
            fmt::print("\n{} row{} in {} group{}; {} of {} runs looked at\n", hits_, hits_ == 1 ? "" : "s",
                       groups->size(), groups->size() == 1 ? "" : "s", IntOr(totals, "runs_seen", 0),
                       IntOr(totals, "runs_total", 0));
        }
        if (!complete_ && !damaged_)
            fmt::print(stderr, "warning: not everything was looked at ({})\nhint: {}\n", StringOr(end, "reason", "?"),
                       "narrow the search by --dag, --from and --to");
        if (hits_ == 0 && complete_) {
            fmt::print(stderr, "nothing found\n");
            if (const auto hint = GetString(end, "hint")) fmt::print(stderr, "hint: {}\n", Terminal::Safe(*hint));
        }
    }

    Context& context_;
    std::string rest_;
    int64_t hits_ = 0;
    bool complete_ = false, damaged_ = false;
};

constexpr int64_t kRowsAside = 10;

/// The page that holds the row may end with it, so its neighbour is asked for too.
std::vector<json::object> RowsAround(Context& context, const json::object& run, const LogsWords& words) {
    constexpr int64_t kPageRows = 2 * kRowsAside;
    const int64_t wanted = *words.around, page = wanted / kPageRows;
    const bool late = wanted % kPageRows >= kRowsAside;
    std::vector<json::object> rows;
    for (const int64_t asked : {late ? page : page - 1, late ? page + 1 : page}) {
        if (asked < 0) continue;
        const json::value body = context.connection.Json(
            "GET", fmt::format("{}/phases/{}/logs?attempt={}&page={}&limit={}", RunTarget(run),
                               net::PercentEncode(*words.task_id), words.attempt.value_or(1), asked, kPageRows));
        for (const json::value& item : body.at("items").as_array()) {
            const int64_t number = IntOr(item.as_object(), "_row", 0);
            if (number >= wanted - kRowsAside && number <= wanted + kRowsAside) rows.push_back(item.as_object());
        }
    }
    if (rows.empty())
        throw Error(ErrorCode::kNotFound, fmt::format("the log has no row {}", wanted),
                    "dagy logs without --around shows those that it has");
    return rows;
}

}  // namespace

int Search(Context& context, const SearchWords& words) {
    Teller teller(context);
    const Answer answer =
        context.connection.Stream(TargetOf(words), {{"accept", "application/x-ndjson"}}, [&](std::string_view bytes) {
            teller.Take(bytes);
            return true;
        });
    if (answer.status >= 400) ThrowProblem(answer);
    return teller.ExitCode();
}

int LogsAround(Context& context, const json::object& run, const LogsWords& words) {
    if (!words.task_id)
        throw Error(ErrorCode::kInvalidInput, "--around needs --task: rows are counted in each task's log");
    for (json::object& row : RowsAround(context, run, words)) {
        const int64_t number = IntOr(row, "_row", 0);
        if (context.output != Output::kTable) {
            row["phase"] = *words.task_id;
            row["attempt"] = words.attempt.value_or(1);
            fmt::print("{}\n", json::serialize(row));
            continue;
        }
        const bool here = number == *words.around;
        const std::string line = fmt::format("{}{:>8} {:<8} {}", here ? ">" : " ", number, StringOr(row, "level"),
                                             Terminal::Safe(StringOr(row, "message")));
        fmt::print("{}\n", here ? context.terminal.Paint(Style::kBold, line) : line);
    }
    return 0;
}

}  // namespace dagy::cli
