#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "base/error.h"
#include "cli/commands.h"

namespace dagy::cli {
namespace {

constexpr const char* kTarget = "/api/v1/diagnosis/guidance";
constexpr size_t kBytesMax = 512 * 1024;

std::string ReadFile(const std::string& file) {
    const std::unique_ptr<FILE, int (*)(FILE*)> input(file == "-" ? stdin : std::fopen(file.c_str(), "rb"),
                                                      file == "-" ? [](FILE*) { return 0; } : &std::fclose);
    if (input == nullptr)
        throw Error(ErrorCode::kNotFound, fmt::format("cannot read {}", file),
                    "give a file of rules (docs/knowledge.md), or - for standard input");
    std::string text(kBytesMax + 1, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), input.get()));
    if (text.size() > kBytesMax)
        throw Error(ErrorCode::kTooLarge, fmt::format("{} has more than {} bytes", file, kBytesMax),
                    "rules are short; is it the right file?");
    return text;
}

/// Every fault on a line of its own, as compilers say it.
void ShowFaults(const json::object& problem, const std::string& file) {
    const json::array* errors = GetArray(problem, "errors");
    if (errors == nullptr) return;
    for (const json::value& item : *errors) {
        const json::object& fault = item.as_object();
        fmt::print(stderr, "{}:{}: {}\n    {}\n", file == "-" ? "standard input" : file, IntOr(fault, "line", 1),
                   Terminal::Safe(StringOr(fault, "message")), Terminal::Safe(StringOr(fault, "way_out")));
    }
}

json::object Send(Context& context, const std::string& file, bool check) {
    const std::string body = json::serialize(json::object{{"yaml", ReadFile(file)}});
    const Answer answer = context.connection.Call(check ? "POST" : "PUT", kTarget + std::string(check ? "/check" : ""),
                                                  body, {{"content-type", "application/json"}});
    if (answer.status < 400) return ParseJson(answer.body, "the answer").as_object();
    if (answer.status != 422) ThrowProblem(answer);
    const json::value problem = ParseJson(answer.body, "the answer");
    ShowFaults(problem.as_object(), file);
    const json::array* errors = GetArray(problem.as_object(), "errors");
    throw Error(ErrorCode::kInvalidInput,
                fmt::format("{} faults; the rules were not taken", errors == nullptr ? 1 : errors->size()));
}

void ShowCheck(const Context& context, const json::object& report) {
    fmt::print("{} rules are good; tried on {} past diagnoses\n", IntOr(report, "rules", 0), IntOr(report, "tried", 0));
    std::vector<std::vector<std::string>> rows;
    for (const json::value& item : report.at("changes").as_array()) {
        const json::object& change = item.as_object();
        rows.push_back({Terminal::Safe(StringOr(change, "dag_id")), Terminal::Safe(StringOr(change, "run_id")),
                        StringOr(change, "from"), context.terminal.Paint(Style::kGreen, StringOr(change, "to"))});
    }
    if (rows.empty())
        fmt::print("none of them would change\n");
    else
        fmt::print("{}", RenderTable({"DAG", "RUN", "FROM", "TO"}, rows));
}

}  // namespace

int Guidance(Context& context, const std::string& file, bool check) {
    if (file.empty() && check)
        throw Error(ErrorCode::kInvalidInput, "--check needs a file", "dagy guidance --check rules.yaml");
    const json::object answer =
        file.empty() ? context.connection.Json("GET", kTarget).as_object() : Send(context, file, check);
    if (context.output != Output::kTable)
        fmt::print("{}\n", json::serialize(answer));
    else if (check)
        ShowCheck(context, answer);
    else if (file.empty())
        fmt::print("{}", StringOr(answer, "yaml"));
    else if (!context.quiet)
        fmt::print("{} rules count from now on (version {})\n", IntOr(answer, "rules", 0), IntOr(answer, "version", 0));
    return 0;
}

}  // namespace dagy::cli
