#include "diagnose/compose/last_sign.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "diagnose/compose/wording.h"

namespace dagy::diagnose {
namespace {

constexpr int64_t kRowsLookedAt = 20;
constexpr size_t kAttemptsLookedAt = 32;

std::optional<Proof> LastLine(LogSource& logs, const RunFile& run, const model::TaskAttempt& attempt) {
    const model::PhaseRef ref{.run_key = run.run.key != 0 ? run.run.key : attempt.run_key,
                              .phase = attempt.Phase(),
                              .attempt = attempt.attempt};
    const int64_t rows = logs.LogCount(ref);
    std::optional<Proof> last;
    const auto take = [&](std::span<const model::LogRow> some) {
        for (const auto& row : some) {
            // Airflow folds its own doings between such lines.
            const bool says_something = row.message.find_first_not_of(" \t\r\n") != std::string::npos &&
                                        !std::string_view(row.message).starts_with("::");
            if (says_something)
                last = Proof{.kind = Proof::Kind::kLog,
                             .dag_id = run.run.dag_id,
                             .run_id = run.run.run_id,
                             .task_id = attempt.task_id,
                             .attempt = attempt.attempt,
                             .row = row.row,
                             .ts = row.ts,
                             .text = std::string(row.message),
                             .event_id = {}};
        }
        return true;
    };
    if (rows > 0) logs.ReadLogs(ref, std::max<int64_t>(0, rows - kRowsLookedAt), kRowsLookedAt, take);
    return last;
}

/// The task whose end is told: the root, else one that was cut off or held up.
std::string TaskOf(const Story& story) {
    if (story.root != nullptr) return story.root->base_task;
    return story.victims.empty() ? std::string() : story.victims.front();
}

/// Attempts that ended last first; those of `task` before all others.
std::vector<const model::TaskAttempt*> InOrder(const RunFile& run, const std::string& task) {
    std::vector<const model::TaskAttempt*> attempts;
    for (const auto& attempt : run.attempts)
        if (attempt.started_at) attempts.push_back(&attempt);
    std::stable_sort(attempts.begin(), attempts.end(), [&](const auto* a, const auto* b) {
        const bool a_is = a->BaseTask() == task, b_is = b->BaseTask() == task;
        return a_is != b_is ? a_is : *a->started_at > *b->started_at;
    });
    if (attempts.size() > kAttemptsLookedAt) attempts.resize(kAttemptsLookedAt);
    return attempts;
}

}  // namespace

std::optional<LastSign> FindLastSign(const Story& story) {
    if (story.file.logs == nullptr || story.root_run == nullptr) return std::nullopt;
    const std::string task = TaskOf(story);
    for (const auto* attempt : InOrder(*story.root_run, task)) {
        auto proof = LastLine(*story.file.logs, *story.root_run, *attempt);
        if (!proof) continue;
        const std::string words = OneLine(proof->text, 160);
        if (attempt->BaseTask() == task)
            return LastSign{fmt::format("the last line of {}: {}", task, words), std::move(*proof)};
        return LastSign{fmt::format("the last line that the run wrote, by {}: {}", attempt->task_id, words),
                        std::move(*proof)};
    }
    if (story.root_dag == nullptr || task.empty()) return std::nullopt;
    for (const RunFile& run : story.root_dag->before) {
        if (run.run.state != model::RunState::kSucceeded) continue;
        for (const auto* attempt : InOrder(run, task)) {
            if (attempt->BaseTask() != task) break;
            if (auto proof = LastLine(*story.file.logs, run, *attempt)) {
                const std::string words = OneLine(proof->text, 160);
                return LastSign{
                    fmt::format("in the last good run, {}, {} came as far as: {}", run.run.run_id, task, words),
                    std::move(*proof)};
            }
        }
        break;
    }
    return std::nullopt;
}

}  // namespace dagy::diagnose
