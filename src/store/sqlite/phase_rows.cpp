#include "store/sqlite/phase_rows.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

namespace dagy::store::sqlite {
namespace {

using PhaseName = std::tuple<int64_t, std::string, int>;  // run, phase, attempt

std::string ToJson(const std::vector<int64_t>& numbers) {
    std::string text = "[";
    for (const int64_t number : numbers) text += (text.size() > 1 ? "," : "") + std::to_string(number);
    return text + "]";
}

class PhasesOfRuns {
  public:
    PhasesOfRuns(Database& database, const std::vector<int64_t>& run_keys) : keys_(ToJson(run_keys)) {
        ReadSaid(database);
        ReadTasks(database);
    }

    std::map<int64_t, std::vector<model::PhaseSummary>> Take() {
        std::map<int64_t, std::vector<model::PhaseSummary>> all;
        for (auto& [name, phase] : phases_) {
            model::PhaseSummary& summary = phase.summary;
            summary.ref = {std::get<0>(name), std::get<1>(name), std::get<2>(name)};
            if (summary.status.empty()) summary.status = Name(phase.StatusOfTasks());
            all[summary.ref.run_key].push_back(std::move(summary));
        }
        return all;
    }

  private:
    struct Phase {
        model::PhaseSummary summary;
        bool has_tasks = false;
        model::PhaseStatus of_tasks = model::PhaseStatus::kMissing;
        // Records that came without a task that says what became of them are still coming.
        model::PhaseStatus StatusOfTasks() const {
            if (has_tasks) return of_tasks;
            return summary.error_count > 0 ? model::PhaseStatus::kError : model::PhaseStatus::kRunning;
        }
    };

    void ReadSaid(Database& database) {
        Statement rows(
            database,
            "SELECT run_key, phase, attempt, status, message, total, log_count, error_log_count, "
            "error_count, data_count FROM json_each(?) AS wanted CROSS JOIN phases ON run_key = wanted.value",
            keys_);
        while (rows.Step()) {
            PhaseName name;
            model::PhaseSummary said;
            rows.Read(std::get<0>(name), std::get<1>(name), std::get<2>(name), said.status, said.message, said.total,
                      said.log_count, said.error_log_count, said.error_count, said.data_count);
            phases_[std::move(name)].summary = std::move(said);
        }
    }

    void ReadTasks(Database& database) {
        Statement rows(database,
                       "SELECT run_key, CASE phase WHEN '' THEN task_id ELSE phase END, attempt, state FROM "
                       "json_each(?) AS wanted CROSS JOIN attempts ON run_key = wanted.value",
                       keys_);
        std::string state;
        while (rows.Step()) {
            PhaseName name;
            rows.Read(std::get<0>(name), std::get<1>(name), std::get<2>(name), state);
            Phase& phase = phases_[std::move(name)];
            phase.has_tasks = true;
            const auto known = model::ParseAttemptState(state).value_or(model::AttemptState::kQueued);
            phase.of_tasks = std::max(phase.of_tasks, model::StatusOf(known));
        }
    }

    const std::string keys_;
    std::map<PhaseName, Phase> phases_;
};

struct Mark {
    int attempt = 0;  // 0: the run has no such phase
    model::PhaseStatus status = model::PhaseStatus::kMissing;
};
using Marks = std::array<Mark, model::kEtlPhases.size()>;

Marks MarksOf(const std::vector<model::PhaseSummary>& phases) {
    Marks marks;
    for (const model::PhaseSummary& summary : phases) {
        const auto phase = model::ParseEtlPhase(summary.ref.phase);
        if (!phase) continue;
        Mark& mark = marks[static_cast<size_t>(*phase)];
        if (mark.attempt > summary.ref.attempt) continue;
        mark = {summary.ref.attempt, model::ParsePhaseStatus(summary.status).value_or(model::PhaseStatus::kMissing)};
    }
    return marks;
}

// A head that is not whole, or long, stays in phase_heads alone: rows of etl_phases are read by the thousand.
constexpr std::string_view kPutEtlPhase =
    "INSERT OR REPLACE INTO etl_phases (run_key, phase, attempt, status, phase_key, total, log_count, error_log_count, "
    "error_count, data_count, head, message) SELECT ?1, ?2, ?3, ?4, key, total, coalesce(log_count, 0), "
    "coalesce(error_log_count, 0), coalesce(error_count, 0), coalesce(data_count, 0), (SELECT iif(total(rows) = "
    "coalesce(min(data_count, 100) + (?2 = 0) * (min(queue_data_count, 100) + min(event_count, 100)), 0) AND "
    "total(length(text)) <= 1500 AND total(substr(text, 1, 1) <> x'70') = 0, coalesce(group_concat(substr(text, 2), "
    "''), ''), NULL) FROM (SELECT rows, text FROM phase_heads WHERE phase_key = key AND (kind = 2 OR (?2 = 0 AND kind "
    "IN (3, 4))) ORDER BY kind)), coalesce(message, '') FROM (SELECT 1) LEFT JOIN phases ON run_key = ?1 AND phase = "
    "?5 AND attempt = ?3";

}  // namespace

std::map<int64_t, std::vector<model::PhaseSummary>> ReadPhases(Database& database,
                                                               const std::vector<int64_t>& run_keys) {
    return PhasesOfRuns(database, run_keys).Take();
}

std::string_view StatusColumn(model::EtlPhase phase) {
    static constexpr std::array<std::string_view, 4> kColumns{"event_status", "extract_status", "transform_status",
                                                              "load_status"};
    return kColumns[static_cast<size_t>(phase)];
}

void MarkPhases(Database& database, int64_t run_key) {
    const auto phases = ReadPhases(database, {run_key});
    const auto found = phases.find(run_key);
    const Marks marks = MarksOf(found == phases.end() ? std::vector<model::PhaseSummary>{} : found->second);
    for (const model::EtlPhase phase : model::kEtlPhases) {
        const Mark& mark = marks[static_cast<size_t>(phase)];
        if (mark.attempt == 0) continue;
        Statement(database, kPutEtlPhase, run_key, static_cast<int>(phase), mark.attempt, static_cast<int>(mark.status),
                  Name(phase))
            .Run();
    }
    Statement(database,
              "UPDATE runs SET event_status = ?2, extract_status = ?3, transform_status = ?4, load_status = ?5 WHERE "
              "key = ?1 AND (event_status, extract_status, transform_status, load_status) <> (?2, ?3, ?4, ?5)",
              run_key, static_cast<int>(marks[0].status), static_cast<int>(marks[1].status),
              static_cast<int>(marks[2].status), static_cast<int>(marks[3].status))
        .Run();
}

}  // namespace dagy::store::sqlite
