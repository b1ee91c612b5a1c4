#include "api/cursors.h"

#include <charconv>

#include "api/problem.h"
#include "net/http.h"

namespace dagy::api {
namespace {

[[noreturn]] void ThrowCursor(const std::string& message) {
    throw ProblemError({.code = "invalid_input",
                        .detail = "`cursor` " + message,
                        .errors = {{.parameter = "cursor", .message = message}}});
}

std::optional<std::string> Sent(const Call& call) {
    const auto cursor = call.Find("cursor");
    if (cursor && call.request.Query("page")) ThrowCursor("says where to go on; leave out page");
    return cursor;
}

}  // namespace

std::optional<int64_t> RunCursorOf(const Call& call, store::RunStore& runs) {
    const auto cursor = Sent(call);
    if (!cursor) return std::nullopt;
    int64_t key = 0;
    const auto [end, failed] = std::from_chars(cursor->data(), cursor->data() + cursor->size(), key);
    if (failed == std::errc{} && end == cursor->data() + cursor->size()) {
        const auto run = runs.RunByKey(key);
        if (run && run->scope.org == call.who.org) return key;
    }
    ThrowCursor("is not a cursor of this list");
}

std::optional<store::DagPlace> DagCursorOf(const Call& call) {
    const auto cursor = Sent(call);
    if (!cursor) return std::nullopt;
    const size_t slash = cursor->find('/');
    const auto dag = net::PercentDecode(std::string_view(*cursor).substr(0, slash));
    if (slash == std::string::npos || !dag) ThrowCursor("is not a cursor of this list");
    return store::DagPlace{.dag_id = *dag, .deployment = cursor->substr(slash + 1)};
}

std::string ToCursor(const model::Run& run) {
    return std::to_string(run.key);
}

std::string ToCursor(const store::DagSummary& dag) {
    return net::PercentEncode(dag.dag_id) + "/" + dag.deployment;
}

}  // namespace dagy::api
