#include "diagnose/read.h"

namespace dagy::diagnose {
namespace {

/// Reading is cheap: only logs over this are cut, to the head and a longer tail.
constexpr int64_t kWholeRowsMax = 2'000'000;
constexpr int64_t kHeadRows = 200'000;
constexpr int64_t kTailRows = 1'000'000;

}  // namespace

Reading ReadAttempt(const Knowledge& knowledge, LogSource& logs, const RunFile& run, const model::TaskAttempt& attempt) {
    model::PhaseRef ref{.run_key = run.run.key != 0 ? run.run.key : attempt.run_key, .phase = attempt.Phase(), .attempt = attempt.attempt};
    AttemptReader reader(knowledge, ref, run.run.dag_id, run.run.run_id, attempt.task_id);
    const auto take = [&reader](std::span<const model::LogRow> rows) {
        reader.Add(rows);
        return true;
    };
    const int64_t rows = logs.LogCount(ref);
    const bool whole = rows <= kWholeRowsMax;
    logs.ReadLogs(ref, 0, whole ? rows : kHeadRows, take);
    if (!whole) logs.ReadLogs(ref, rows - kTailRows, kTailRows, take);
    logs.ReadErrors(ref, [&reader](std::span<const model::ErrorRow> errors) {
        reader.AddErrors(errors);
        return true;
    });
    Reading reading = reader.Finish();
    reading.complete = whole;
    reading.skipped_rows = whole ? 0 : rows - kHeadRows - kTailRows;
    return reading;
}

}  // namespace dagy::diagnose
