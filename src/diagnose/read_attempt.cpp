#include <algorithm>

#include "diagnose/read.h"

namespace dagy::diagnose {
namespace {

/// What is read of a log that is not read whole: ends tell more than beginnings.
constexpr int64_t kHeadRows = 200'000, kTailRows = 1'000'000;
/// The same once the rows of the diagnosis are used up.
constexpr int64_t kShortHeadRows = 10'000, kShortTailRows = 50'000;

struct Plan {
    int64_t head = 0, tail = 0;
};

Plan PlanOf(int64_t rows, const ReadBounds& bounds) {
    if (rows <= std::min(bounds.whole_rows_max, bounds.rows_left)) return {rows, 0};
    const Plan plan =
        bounds.rows_left >= kHeadRows + kTailRows ? Plan{kHeadRows, kTailRows} : Plan{kShortHeadRows, kShortTailRows};
    return rows <= plan.head + plan.tail ? Plan{rows, 0} : plan;
}

}  // namespace

Reading ReadAttempt(const Knowledge& knowledge, LogSource& logs, const RunFile& run, const model::TaskAttempt& attempt,
                    ReadBounds& bounds) {
    model::PhaseRef ref{.run_key = run.run.key != 0 ? run.run.key : attempt.run_key,
                        .phase = attempt.Phase(),
                        .attempt = attempt.attempt};
    AttemptReader reader(knowledge, ref, run.run.dag_id, run.run.run_id, attempt.task_id);
    const auto take = [&](std::span<const model::LogRow> rows) {
        reader.Add(rows);
        return !bounds.stop.stop_requested();
    };
    const int64_t rows = logs.LogCount(ref);
    const Plan plan = PlanOf(rows, bounds);
    logs.ReadLogs(ref, 0, plan.head, take);
    if (plan.tail > 0) logs.ReadLogs(ref, rows - plan.tail, plan.tail, take);
    logs.ReadErrors(ref, [&reader](std::span<const model::ErrorRow> errors) {
        reader.AddErrors(errors);
        return true;
    });
    bounds.rows_left = std::max<int64_t>(0, bounds.rows_left - plan.head - plan.tail);
    Reading reading = reader.Finish();
    reading.skipped_rows = rows - plan.head - plan.tail;
    reading.complete = reading.skipped_rows == 0;
    return reading;
}

}  // namespace dagy::diagnose
