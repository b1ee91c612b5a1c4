#include "api/search_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "api/call.h"
#include "api/parameter_list.h"
#include "api/problem.h"
#include "search/query.h"

namespace dagy::api {
namespace {

class SearchHandler {
  public:
    explicit SearchHandler(SearchParts parts) : parts_(std::move(parts)) {}

    net::Response Search(Call& call) {
        SearchWish wish;
        wish.asked = RequestOf(call);
        wish.stream = call.request.Header("accept").value_or("").contains("application/x-ndjson");
        wish.identity = call.who.credential;
        wish.request.path = call.request.path;
        wish.request.request_id = call.request.request_id;
        return AnswerSearch(parts_, std::move(wish));
    }

  private:
    /// Throws with every fault of every parameter.
    static search::SearchRequest RequestOf(const Call& call) {
        std::vector<Fault> faults;
        search::ReadQuery read = search::ParseQuery(call.Text("q"));
        for (const search::QueryFault& fault : read.faults)
            faults.push_back(
                {.parameter = "q", .message = fmt::format("at character {}: {}", fault.at, fault.message)});
        TakeKinds(call.Text("kind"), read.query, faults);
        TakeLevel(call.Text("level"), read.query, faults);
        if (faults.empty() && read.query.Empty())
            faults.push_back(
                {.parameter = "q", .message = "must say what to look for: a word, level:error, kind:errors …"});
        const auto from = call.Find("date_from"), to = call.Find("date_to");
        if (from && to && *to < *from)
            faults.push_back(
                {.parameter = "date_to", .message = fmt::format("must not be before date_from ({})", *from)});
        if (!faults.empty()) Throw(std::move(faults));
        return {.org = call.who.org,
                .deployment = call.Find("deployment_id"),
                .dag_id = call.Find("dag_id"),
                .date_from = from,
                .date_to = to,
                .query = std::move(read.query),
                .hits_max = static_cast<size_t>(call.Int("limit")),
                .count_all = call.Flag("counts")};
    }

    /// The parameter narrows what the query says.
    static void TakeKinds(const std::string& text, search::Query& query, std::vector<Fault>& faults) {
        std::vector<model::RecordKind> kinds;
        for (size_t at = 0; at < text.size();) {
            const std::string word = text.substr(at, text.find(',', at) - at);
            at += word.size() + 1;
            const auto kind = search::ParseKind(word);
            if (!kind)
                return faults.push_back(
                    {.parameter = "kind", .message = fmt::format("must be of logs, errors, data, not `{}`", word)});
            kinds.push_back(*kind);
        }
        if (!kinds.empty()) Narrow(query.kinds, std::move(kinds), "kind", faults);
    }

    static void TakeLevel(const std::string& text, search::Query& query, std::vector<Fault>& faults) {
        if (!text.empty()) Narrow(query.rows.levels, search::ParseLevels(text), "level", faults);
    }

    template <class Value>
    static void Narrow(std::vector<Value>& into, std::vector<Value> values, std::string_view name,
                       std::vector<Fault>& faults) {
        std::ranges::sort(values);
        values.erase(std::unique(values.begin(), values.end()), values.end());
        if (!into.empty())
            std::erase_if(values, [&](Value value) { return std::ranges::find(into, value) == into.end(); });
        if (values.empty())
            faults.push_back({.parameter = std::string(name),
                              .message = fmt::format("excludes everything that `{}:` in q allows", name)});
        into = std::move(values);
    }

    [[noreturn]] static void Throw(std::vector<Fault> faults) {
        const std::string detail =
            fmt::format("the search has {} fault{}: `{}` {}", faults.size(), faults.size() == 1 ? "" : "s",
                        faults.front().parameter, faults.front().message);
        throw ProblemError({.code = "invalid_input", .detail = detail, .errors = std::move(faults)});
    }

    const SearchParts parts_;
};

constexpr std::string_view kDescription =
    "Newest run first; rows of one cause are a group. With `Accept: application/x-ndjson` lines as they are found: "
    "`progress`, `group` (again when it grew), `hit`, `error` (a run that could not be read; the others go on) and, "
    "last, `end`. Without it one body with the same content. Highlights are code points. The language of `q` is in "
    "docs/search.md.";

}  // namespace

void AddSearchRoutes(RouteTable& table, SearchParts parts) {
    const auto handler = std::make_shared<SearchHandler>(std::move(parts));
    Route route{.method = "GET",
                .path = "/api/v1/search",
                .operation_id = "search",
                .summary = "Search the rows of all runs",
                .description = std::string(kDescription),
                .tag = "runs"};
    Parameter counts = QueryFlag("counts",
                                 "Look at everything, so that the groups' counts are whole; false ends the "
                                 "search as soon as `limit` rows are found.");
    counts.default_value = "true";
    route.parameters = {
        QueryText("q",
                  "What to look for: words, \"a phrase\", =word, -word, /regex/, level:, task:, dag:, run:, "
                  "phase:, kind:, column:value, column=value, column>10."),
        QueryText("dag_id", "Only this dag's runs."),
        QueryText("deployment_id", "Only this deployment's runs."),
        {.name = "date_from",
         .type = Type::kDate,
         .description = "First partition date, inclusive; none: from the first."},
        {.name = "date_to", .type = Type::kDate, .description = "Last partition date, inclusive; none: to the last."},
        {.name = "level",
         .allowed = {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", ">=INFO", ">=WARNING", ">=ERROR"},
         .description = "Log lines of exactly this level, or of it and above."},
        QueryText("kind", "Of logs, errors, data, with commas; none: all three."),
        QueryInteger("limit", 50, 1, 500, "Hits that are shown; groups count all."),
        std::move(counts)};
    route.answers = {{.status = 200, .description = "What was found.", .schema = "SearchAnswer"},
                     {.status = 200, .description = "", .content_type = "application/x-ndjson"}};
    route.handle = [handler](Call& call) { return handler->Search(call); };
    table.Add(std::move(route));
}

}  // namespace dagy::api
