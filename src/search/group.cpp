#include "search/group.h"

#include <fmt/format.h>

#include <array>
#include <tuple>

namespace dagy::search {
namespace {

int ClassOf(const Group& group) {
    if (group.kind == model::RecordKind::kError) return 0;
    if (group.kind != model::RecordKind::kLog) return 4;
    const model::Level level = group.level.value_or(model::Level::kInfo);
    if (level >= model::Level::kError) return 1;
    return level == model::Level::kWarning ? 2 : 3;
}

std::string Times(int64_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

/// `since 09:12`, `since Tuesday`, `since 2026-11-03`, in UTC as all times are.
std::string Since(Time first, Time now) {
    static constexpr std::array<std::string_view, 7> kDays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                           "Thursday", "Friday", "Saturday"};
    const auto day = std::chrono::floor<std::chrono::days>(first);
    const auto ago = (std::chrono::floor<std::chrono::days>(now) - day).count();
    if (ago == 0) return "since " + FormatTime(first).substr(11, 5);
    if (ago == 1) return "since yesterday";
    if (ago > 1 && ago < 7) return fmt::format("since {}", kDays[std::chrono::weekday(day).c_encoding()]);
    return "since " + FormatDate(first);
}

}  // namespace

bool RanksBefore(const Group& a, const Group& b) {
    const int a_class = ClassOf(a), b_class = ClassOf(b);
    return std::tie(a_class, b.runs, b.hits, b.last_seen, a.signature) <
           std::tie(b_class, a.runs, a.hits, a.last_seen, b.signature);
}

std::string Summary(const Group& group, Time now) {
    const std::string since = group.first_seen ? " " + Since(*group.first_seen, now) : "";
    const std::string where = group.runs == 1 ? std::string("in 1 run")
                                              : fmt::format("in {} runs of {}", group.runs, Times(group.dags, "dag"));
    if (group.kind == model::RecordKind::kData) return fmt::format("{} {}{}", Times(group.hits, "row"), where, since);
    const std::string_view what = group.kind == model::RecordKind::kError ? "this error" : "this line";
    if (group.runs == 1) return fmt::format("{} {} {}{}", what, Times(group.hits, "time"), where, since);
    return fmt::format("{} {}{}", what, where, since);
}

}  // namespace dagy::search
