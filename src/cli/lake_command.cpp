#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <vector>

#include "base/error.h"
#include "cli/tar_unpack.h"
#include "cli/upkeep_commands.h"
#include "net/http.h"

namespace dagy::cli {
namespace {

std::string Target(const std::string& path, const LakeWords& words) {
    std::string query;
    const auto add = [&](const char* name, const std::optional<std::string>& value) {
        if (value) query += fmt::format("{}{}={}", query.empty() ? "?" : "&", name, net::PercentEncode(*value));
    };
    add("dag_id", words.dag_id);
    add("run_id", words.run_id);
    add("date_from", words.date_from);
    add("date_to", words.date_to);
    if (words.dry_run) add("dry_run", "true");
    return path + query;
}

/// Lines of the answer as they come; the last one, the summary, is returned.
json::object Follow(Context& context, const std::string& target, const std::function<void(const json::object&)>& hear) {
    std::string rest;
    json::object last;
    const auto line = [&](std::string_view text) {
        last = ParseJson(text, "a line of the answer").as_object();
        const std::string kind = StringOr(last, "kind");
        if (kind == "progress")
            context.terminal.Progress(fmt::format("{} runs looked at", IntOr(last, "runs", 0)));
        else if (kind == "error")
            ThrowProblem({502, json::serialize(json::object{{"status", 502},
                                                            {"code", StringOr(last, "code")},
                                                            {"detail", StringOr(last, "detail")},
                                                            {"hint", StringOr(last, "hint")}})});
        else if (kind != "summary")
            hear(last);
    };
    const Answer answer = context.connection.StreamFrom("POST", target, {}, [&](std::string_view bytes) {
        rest += bytes;
        size_t start = 0;
        for (size_t end = rest.find('\n'); end != std::string::npos; end = rest.find('\n', start)) {
            line(std::string_view(rest).substr(start, end - start));
            start = end + 1;
        }
        rest.erase(0, start);
        return true;
    });
    context.terminal.ProgressDone();
    if (answer.status >= 400 || answer.status == 0) ThrowProblem(answer);
    if (StringOr(last, "kind") != "summary") throw Error(ErrorCode::kStorage, "the answer broke off before its end");
    return last;
}

/// For a table: each line as `show` says it, then the summary. JSON: one object that holds both.
int Report(Context& context, const std::string& target, const std::function<std::string(const json::object&)>& show,
           const std::function<std::string(const json::object&)>& sum_up, const char* lines_name,
           bool (*good)(const json::object&)) {
    json::array lines;
    const json::object summary = Follow(context, target, [&](const json::object& line) {
        if (context.output == Output::kJson)
            lines.push_back(line);
        else if (context.output == Output::kNdjson)
            fmt::print("{}\n", json::serialize(line));
        else if (const std::string text = show(line); !text.empty())
            fmt::print("{}\n", text);
    });
    if (context.output == Output::kJson) {
        json::object all = summary;
        all.erase("kind");
        all[lines_name] = std::move(lines);
        fmt::print("{}\n", json::serialize(all));
    } else if (context.output == Output::kNdjson) {
        fmt::print("{}\n", json::serialize(summary));
    } else if (!context.quiet) {
        fmt::print("{}\n", sum_up(summary));
    }
    return good(summary) ? 0 : 1;
}

bool Always(const json::object&) {
    return true;
}

std::string RunOf(const json::object& line) {
    return fmt::format("{} {}", Terminal::Safe(StringOr(line, "dag_id")), Terminal::Safe(StringOr(line, "run_id")));
}

std::string PhaseOf(const json::object& line) {
    return fmt::format("{} {}#{}", RunOf(line), Terminal::Safe(StringOr(line, "phase")), IntOr(line, "attempt", 1));
}

std::string Size(int64_t bytes) {
    return bytes < 1'000'000 ? fmt::format("{:.1f} kB", static_cast<double>(bytes) / 1e3)
                             : fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

}  // namespace

int LakeCheck(Context& context, const LakeWords& words) {
    const auto show = [&](const json::object& line) -> std::string {
        const std::string kind = StringOr(line, "kind");
        const std::string object = Terminal::Safe(StringOr(line, "object"));
        if (kind == "orphan") return fmt::format("orphan   {}", object);
        if (kind == "damaged")
            return fmt::format("{}  {}: {}", context.terminal.Paint(Style::kRed, "damaged"), object,
                               Terminal::Safe(StringOr(line, "reason")));
        return fmt::format("{}  {} {}: rows from {} on are not all there",
                           context.terminal.Paint(Style::kRed, "gap    "), PhaseOf(line), StringOr(line, "records"),
                           IntOr(line, "first_row", 0));
    };
    const auto sum_up = [](const json::object& all) {
        return fmt::format("{} objects of {} runs, {} rows, {}: {} damaged, {} gaps, {} orphans",
                           IntOr(all, "objects", 0), IntOr(all, "runs", 0), IntOr(all, "rows", 0),
                           Size(IntOr(all, "bytes", 0)), IntOr(all, "damaged", 0), IntOr(all, "gaps", 0),
                           IntOr(all, "orphans", 0));
    };
    return Report(context, Target("/api/v1/lake/check", words), show, sum_up, "problems",
                  [](const json::object& all) { return GetBool(all, "sound").value_or(false); });
}

int LakeCompact(Context& context, const LakeWords& words) {
    const auto show = [&](const json::object& line) -> std::string {
        if (StringOr(line, "kind") == "failed")
            return fmt::format("{}  {}: {}", context.terminal.Paint(Style::kRed, "left alone"), PhaseOf(line),
                               Terminal::Safe(StringOr(line, "reason")));
        return fmt::format("merged  {} {}: {} chunks, {} rows", PhaseOf(line), StringOr(line, "records"),
                           IntOr(line, "chunks", 0), IntOr(line, "rows", 0));
    };
    const auto sum_up = [](const json::object& all) {
        return fmt::format("{} chunks became {}, {} became {}", IntOr(all, "chunks_before", 0),
                           IntOr(all, "chunks_after", 0), Size(IntOr(all, "bytes_before", 0)),
                           Size(IntOr(all, "bytes_after", 0)));
    };
    return Report(context, Target("/api/v1/lake/compact", words), show, sum_up, "merges", Always);
}

int LakeRetain(Context& context, const LakeWords& words) {
    const auto show = [](const json::object& line) -> std::string {
        const std::string kind = StringOr(line, "kind");
        if (kind == "in_use") return fmt::format("kept          {}: {}", RunOf(line), StringOr(line, "reason"));
        return fmt::format("{:<12}  {}  {} {}", kind == "deleted" ? "deleted" : "would delete", RunOf(line),
                           StringOr(line, "age_from"), StringOr(line, "age_from_time"));
    };
    const auto sum_up = [](const json::object& all) {
        return fmt::format("{} runs {}, {} kept because they are in use", IntOr(all, "deleted", 0),
                           GetBool(all, "dry_run").value_or(false) ? "would be deleted" : "deleted",
                           IntOr(all, "in_use", 0));
    };
    return Report(context, Target("/api/v1/lake/retain", words), show, sum_up, "runs", Always);
}

int LakeExport(Context& context, const LakeWords& words) {
    const std::filesystem::path folder = words.folder;
    std::error_code failed;
    if (std::filesystem::exists(folder, failed) && !std::filesystem::is_empty(folder, failed))
        throw Error(ErrorCode::kConflict, fmt::format("{} is not an empty folder", words.folder),
                    "give one that is empty or not there");
    TarUnpack archive(folder);
    const Answer answer =
        context.connection.StreamFrom("GET", Target("/api/v1/lake/export", words), {}, [&](std::string_view bytes) {
            archive.Take(bytes);
            context.terminal.Progress(fmt::format("{} files, {}", archive.files(), Size(archive.bytes())));
            return true;
        });
    context.terminal.ProgressDone();
    if (answer.status >= 400 || answer.status == 0) ThrowProblem(answer);
    std::ifstream in(folder / "_dagy_export.json");
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!archive.Ended() || text.empty())
        throw Error(ErrorCode::kStorage, "the copy broke off before its end", "delete it and try again");
    const json::object report = ParseJson(text, "_dagy_export.json").as_object();
    const json::array& damaged = report.at("damaged").as_array();
    if (context.output != Output::kTable)
        fmt::print("{}\n", json::serialize(report));
    else if (!context.quiet)
        fmt::print("{} files of {} runs, {} rows, {}\n", IntOr(report, "objects", 0), IntOr(report, "runs", 0),
                   IntOr(report, "rows", 0), Size(IntOr(report, "bytes", 0)));
    for (const json::value& key : damaged)
        fmt::print(stderr, "warning: {} is damaged and was left out\n", Terminal::Safe(key.as_string()));
    return damaged.empty() ? 0 : 1;
}

int Retention(Context& context, const LakeWords& words) {
    const std::string target = fmt::format("/api/v1/dags/{}/retention", net::PercentEncode(words.dag_id.value_or("")));
    json::object answer;
    if (words.days) {
        json::object body;
        if (*words.days == "default")
            body["days"] = nullptr;
        else
            body["days"] = ParseJson(*words.days, "the number of days");
        answer = context.connection.Json("PUT", target, json::serialize(body)).as_object();
    } else {
        answer = context.connection.Json("GET", target).as_object();
    }
    if (context.output != Output::kTable) return fmt::print("{}\n", json::serialize(answer)), 0;
    const bool own = !answer.at("days").is_null();
    if (answer.at("keeps_days").is_null())
        fmt::print("its runs are kept for ever ({})\n", own ? "its own setting" : "the default");
    else
        fmt::print("its runs are kept for {} days ({})\n", IntOr(answer, "keeps_days", 0),
                   own ? "its own setting" : "the default");
    return 0;
}

}  // namespace dagy::cli
