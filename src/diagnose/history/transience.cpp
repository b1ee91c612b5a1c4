#include "diagnose/history/transience.h"

#include <fmt/format.h>

#include "diagnose/compose/wording.h"

namespace dagy::diagnose {

namespace {

constexpr const char* kPermanent = "PERMANENT";
constexpr const char* kIntermittent = "INTERMITTENT";
constexpr const char* kTransient = "TRANSIENT";

struct Counts {
    size_t row = 1;               ///< unbroken failures like this one around the diagnosed run, itself included
    size_t failed_elsewhere = 0;  ///< failures like this one with a good run between
    size_t healed = 0;            ///< attempts like this one that a retry healed, in other runs
    bool good_before = false, good_after = false;
};

Counts Count(const Timeline& line) {
    Counts counts;
    bool broken = false;
    for (size_t at = line.here; at-- > 0;) {
        const RunPoint& point = line.points[at];
        if (point.HealedLikeThis()) ++counts.healed;
        if (point.WasGood()) counts.good_before = broken = true;
        if (point.FailedLikeThis()) ++(broken ? counts.failed_elsewhere : counts.row);
    }
    broken = false;
    for (size_t at = line.here + 1; at < line.points.size(); ++at) {
        const RunPoint& point = line.points[at];
        if (point.HealedLikeThis()) ++counts.healed;
        if (point.WasGood()) counts.good_after = broken = true;
        if (point.FailedLikeThis()) ++(broken ? counts.failed_elsewhere : counts.row);
    }
    return counts;
}

// What a place out there refuses can be given back without a trace here; what the code, its data or its settings lack
// cannot.
bool MayHealByItself(std::string_view code) {
    for (const char* prefix :
         {"NETWORK_", "HTTP_", "AUTH_", "STORAGE_", "DATABASE_", "RESOURCE_", "PLATFORM_", "OUT_OF_MEMORY", "SPARK_",
          "DEPENDENCY_SENSOR", "DEPENDENCY_UPSTREAM", "DEPENDENCY_PACKAGE_FETCH", "DATA_MISSING_INPUT",
          "USER_CODE_NATIVE", "INSUFFICIENT", "OTHER"})
        if (code.starts_with(prefix)) return true;
    return false;
}

// A blip of the network that one retry healed is one more one-off; a contention (locks, limits, slots) that shows twice
// is a property of the system and will be back.
bool IsBlip(std::string_view code) {
    for (const char* blip :
         {"NETWORK_", "HTTP_SERVER_ERROR", "DATABASE_UNAVAILABLE", "PLATFORM_HEARTBEAT_LOST", "PLATFORM_WORKER_LOST"})
        if (code.starts_with(blip)) return true;
    return false;
}

Transience Healed(const Counts& counts) {
    if (counts.failed_elsewhere + counts.healed == 0 && counts.row == 1)
        return {kTransient, "A retry of the same run succeeded, and the error stands in no other run."};
    return {kIntermittent,
            fmt::format(
                "A retry healed it here; {} met it too.",
                SayCount(static_cast<int64_t>(counts.failed_elsewhere + counts.healed + counts.row - 1), "other run"))};
}

Transience ComesBack(const Counts& counts) {
    return {kIntermittent,
            fmt::format("The same failure stands in {} beyond good ones{}.",
                        SayCount(static_cast<int64_t>(counts.failed_elsewhere), "run"),
                        counts.healed ? fmt::format(", and a retry healed {}",
                                                    SayCount(static_cast<int64_t>(counts.healed), "attempt"))
                                      : "")};
}

Transience GoneAgain(const Counts& counts, const TransienceContext& context) {
    if (context.changed_after) return {kPermanent, "It was good again only after something of the dag was changed."};
    // A delivery that was bad once is followed by good ones; code and settings do not mend themselves.
    const bool was_data = context.code.starts_with("DATA_") || context.code == "USER_CODE_EXPLICIT_FAILURE";
    if (!was_data && !MayHealByItself(context.code) && context.usual == kPermanent)
        return {kPermanent,
                "Later runs were good, but this run's cause is in its code or settings and would be met again."};
    return {kTransient, fmt::format("{} in a row failed like this; the run after was good again with nothing changed.",
                                    counts.row)};
}

}  // namespace

Transience JudgeTransience(const Timeline& line, const TransienceContext& context) {
    const Counts counts = Count(line);
    if (context.recovered) return Healed(counts);
    if (counts.failed_elsewhere > 0) return ComesBack(counts);
    if (counts.healed > 0) {
        if (counts.healed == 1 && counts.row == 1 && counts.good_after && !context.changed_after &&
            IsBlip(context.code))
            return {kTransient,
                    "One failed run, good again in the next with nothing changed; a retry healed the only other "
                    "attempt that met it."};
        return {kIntermittent, fmt::format("{} in other runs met the same; a retry healed {}.",
                                           SayCount(static_cast<int64_t>(counts.healed), "attempt"),
                                           counts.healed == 1 ? "it" : "them")};
    }
    if (counts.good_after) return GoneAgain(counts, context);
    if (counts.row > 1)
        return {kPermanent, fmt::format("Every run since the onset failed like this ({} in a row){}.", counts.row,
                                        counts.good_before ? "" : ", and none was ever good")};
    if (context.explained_by_change)
        return {kPermanent, "It began with a recorded change, and nothing has undone that."};
    if (!context.usual.empty())
        return {context.usual,
                counts.good_before
                    ? fmt::format(
                          "The first run that failed like this and the last that is known; such a cause is usually {}.",
                          context.usual)
                    : fmt::format("There is no other run to compare with; such a cause is usually {}.", context.usual)};
    return {kIntermittent, "One run failed like this, none came after it, and nothing is known of such causes."};
}

}  // namespace dagy::diagnose
