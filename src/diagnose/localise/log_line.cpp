#include "diagnose/localise/log_line.h"

#include <algorithm>

namespace dagy::diagnose {

namespace {

constexpr int64_t kRowsAtMost = 20'000;

Proof LineOf(const TaskFinding& task, int attempt, int64_t row, std::optional<Time> ts, std::string text) {
    return {.kind = Proof::Kind::kLog,
            .dag_id = task.dag_id,
            .run_id = task.run_id,
            .task_id = task.task_id,
            .attempt = attempt,
            .row = row,
            .ts = ts,
            .text = std::move(text),
            .event_id = {}};
}

}  // namespace

std::optional<Proof> FindInReadings(const TaskFinding& task, std::string_view words) {
    for (auto reading = task.readings.rbegin(); reading != task.readings.rend(); ++reading) {
        for (const Signal& signal : reading->signals)
            if (signal.text.find(words) != std::string::npos)
                return LineOf(task, reading->attempt, signal.row, signal.ts, signal.text);
        for (const ExceptionChain& chain : reading->chains)
            for (const Exception& exception : chain.exceptions)
                if (exception.message.find(words) != std::string::npos)
                    return LineOf(task, reading->attempt, exception.row, chain.ts, exception.message);
    }
    return std::nullopt;
}

std::optional<Proof> FindLine(const CaseFile& file, const RunFile& run, const TaskFinding& task,
                              std::string_view words) {
    if (auto found = FindInReadings(task, words)) return found;
    if (!file.logs) return std::nullopt;
    std::optional<Proof> line;
    for (const auto& attempt : run.attempts) {
        if (attempt.task_id != task.task_id || attempt.attempt != task.attempts) continue;
        const model::PhaseRef ref{run.run.key, attempt.Phase(), attempt.attempt};
        const int64_t rows = file.logs->LogCount(ref);
        const int64_t first = std::max<int64_t>(0, rows - kRowsAtMost);
        if (rows == 0) continue;
        file.logs->ReadLogs(ref, first, rows - first, [&](std::span<const model::LogRow> lines) {
            for (const auto& row : lines)
                if (row.message.find(words) != std::string::npos)
                    line = LineOf(task, attempt.attempt, row.row, row.ts, row.message);
            return true;
        });
    }
    return line;
}

}  // namespace dagy::diagnose
