#include "ingest/airflow/log_import.h"

#include <fmt/format.h>

#include "base/crash_point.h"
#include "base/error.h"

namespace dagy::ingest::airflow {
namespace {

using model::RecordGroup;

// Each conflict means that somebody else got further with the same log, so that many in a row are a fault of the store.
constexpr int kConflictsMax = 10000;

size_t TextBytes(const LogLine& line) {
    size_t bytes = line.row.message.size() + line.row.extras.size() + line.row.logger.size() + 160;
    if (line.error) bytes += line.error->traceback.size() + line.error->error_detail.size() + line.error->extras.size();
    return bytes;
}

RecordGroup GroupOf(const model::AttemptOfRun& job, model::RecordKind kind) {
    return {.run = job.run,
            .phase = job.attempt.Phase(),
            .attempt = job.attempt.attempt,
            .kind = kind,
            .logs = {},
            .errors = {},
            .data = {}};
}

}  // namespace

LogImport::LogImport(lake::Lake& lake, store::IngestStore& store, const model::Scope& scope, const ExportFolder& folder,
                     ImportReport& report, LogImportLimits limits)
    : lake_(lake), store_(store), folder_(folder), report_(report), limits_(limits) {
    batch_.scope = scope;
}

void LogImport::Run(const std::vector<model::AttemptOfRun>& attempts, const std::function<void(size_t)>& told,
                    const std::stop_token& stop) {
    told_ = told;
    stop_ = stop;
    for (const auto& attempt : attempts) todo_.push_back(&attempt);
    while (!todo_.empty() && !stop_.stop_requested()) {
        const Job job = todo_.front();
        todo_.pop_front();
        ImportOne(job);
        if (todo_.empty()) Flush();
    }
    Flush();
    report_.stopped = stop_.stop_requested();
}

void LogImport::ImportOne(Job job) {
    const model::TaskAttempt& attempt = job->attempt;
    const LogFiles files =
        folder_.Logs({job->run.dag_id, job->run.run_id, attempt.BaseTask(), attempt.map_index, attempt.attempt});
    if (files.refused)
        Warn(fmt::format("the log of task {} in run {} was not read: its path leads out of the export", attempt.task_id,
                         job->run.run_id));
    if (files.files.empty()) {
        ++finished_;
        return;
    }
    if (!files.files.front().name.contains(".trigger.")) seen_.insert(job);
    auto mark = store_.Progress(batch_.scope, AttemptKey(job->run, attempt.task_id, attempt.attempt, "log"));
    AttemptLog log(files, mark ? LogMark::Decode(*mark) : LogMark{}, model::Ended(attempt.state));
    for (const std::string& file : log.changed_files())
        Warn(fmt::format("{} is not what was imported before: the first is kept", file));

    const bool is_new = !mark;
    bool is_first = true;
    for (bool finished = false; !finished && !stop_.stop_requested(); is_first = false) {
        Slice slice = TakeSlice(job, log, mark);
        finished = slice.finished;
        if (slice.rows == 0) {
            // Nothing is new, or the slice before this one ended where the log does.
            ++finished_;
            if (is_first && !is_new) ++report_.logs_unchanged;
            return;
        }
        slice.is_new = is_new;
        slice.is_first = is_first;
        slices_.push_back(slice);
        if (Full() && !Flush()) return;
    }
}

LogImport::Slice LogImport::TakeSlice(Job job, AttemptLog& log, std::optional<std::string>& mark) {
    Slice slice{.job = job};
    RecordGroup logs = GroupOf(*job, model::RecordKind::kLog);
    RecordGroup errors = GroupOf(*job, model::RecordKind::kError);
    LogLine line;
    int64_t first_row = 0;
    while (!Full()) {
        if (!log.Next(line)) {
            slice.finished = true;
            break;
        }
        if (logs.logs.empty()) first_row = line.row.row;
        line.row.task_id = job->attempt.task_id;
        ++batch_rows_;
        batch_bytes_ += TextBytes(line);
        if (line.error) {
            line.error->task_id = job->attempt.task_id;
            errors.errors.push_back(std::move(*line.error));
        }
        logs.logs.push_back(std::move(line.row));
    }
    if (logs.logs.empty()) return slice;
    slice.rows = static_cast<int64_t>(logs.logs.size());
    slice.errors = static_cast<int64_t>(errors.errors.size());
    if (!errors.errors.empty()) PlaceErrors(errors, job, first_row);

    std::string next = log.Mark().Encode();
    batch_.progress.push_back({.key = AttemptKey(job->run, job->attempt.task_id, job->attempt.attempt, "log"),
                               .expected = mark,
                               .next = next});
    mark = std::move(next);
    batch_.records.push_back(std::move(logs));
    if (!errors.errors.empty()) batch_.records.push_back(std::move(errors));
    return slice;
}

/// Rows were counted within the log; the phase may have had rows of another source before.
void LogImport::PlaceErrors(RecordGroup& errors, Job job, int64_t first_row) {
    const int64_t next =
        store_.NextRow(batch_.scope, job->run, job->attempt.Phase(), job->attempt.attempt, model::RecordKind::kLog);
    for (model::ErrorRow& error : errors.errors) *error.log_row += next - first_row;
}

bool LogImport::Full() const {
    return batch_rows_ >= limits_.rows_max || batch_bytes_ >= limits_.bytes_max ||
           slices_.size() >= limits_.attempts_max;
}

/// False if somebody else was first with a log of this batch: nothing of it is in, and its attempts are to be done
/// again from their new marks.
bool LogImport::Flush() {
    std::vector<Slice> slices = std::move(slices_);
    slices_.clear();
    batch_rows_ = batch_bytes_ = 0;
    if (slices.empty()) return true;
    CrashPoint("import.logs.before");
    const store::ApplyResult result = lake_.Apply(batch_);
    CrashPoint("import.logs.after");
    batch_.records.clear();
    batch_.progress.clear();
    if (result.progress_conflict) {
        if (++conflicts_ > kConflictsMax)
            throw Error(ErrorCode::kConflict, "another import of the same logs is always first",
                        "wait until it is done, then import again");
        for (const Slice& slice : slices) todo_.push_back(slice.job);
        return false;
    }
    conflicts_ = 0;
    report_.changed = true;
    for (const Slice& slice : slices) {
        report_.log_lines += slice.rows;
        report_.errors += slice.errors;
        finished_ += slice.finished ? 1 : 0;
        if (slice.is_first) ++(slice.is_new ? report_.logs_new : report_.logs_grown);
    }
    if (told_) told_(finished_);
    return true;
}

void LogImport::Warn(const std::string& text) {
    if (report_.warnings.size() < 50) report_.warnings.push_back(text);
}

}  // namespace dagy::ingest::airflow
