/// A SQLite store with a few runs in it, and a lake that reads what is pending; for tests.
#pragma once

#include <functional>
#include <string>

#include "lake/lake.h"
#include "store/pending_codec.h"
#include "store/sqlite/test_store.h"

namespace dagy::diagnose {

inline const model::Scope kScope{"org_1", "dep_1"};

/// Nothing is ever settled here: all rows stand in the store's pending blocks.
class PendingLake final : public lake::Lake {
  public:
    explicit PendingLake(store::Store& store) : store_(store) {}

    std::function<void()> on_read;  ///< called before each read of logs

    store::ApplyResult Apply(const model::Batch& batch) override { return store_.ingest().Apply(batch); }
    void ReadLogs(const model::PhaseRef& ref, lake::RowRange range,
                  const std::function<bool(std::span<const model::LogRow>)>& take) override {
        if (on_read) on_read();
        for (const auto& block : store_.records().View(ref, model::RecordKind::kLog).blocks) {
            auto rows = store::DecodeLogs(block.payload, block.first_row);
            std::erase_if(rows, [&](const model::LogRow& row) {
                return row.row < range.first || row.row - range.first >= range.count;
            });
            if (!rows.empty() && !take(rows)) return;
        }
    }
    void ReadErrors(const model::PhaseRef&, lake::RowRange,
                    const std::function<bool(std::span<const model::ErrorRow>)>&) override {}
    void ReadData(const model::PhaseRef&, lake::RowRange,
                  const std::function<bool(std::span<const model::DataRow>)>&) override {}
    lake::Page ReadPage(const lake::PageQuery&) override { return {}; }
    lake::SearchTally SearchRun(int64_t, const lake::RowMatcher&, const lake::SearchScope&,
                                const std::function<bool(const lake::RowHit&)>&, std::stop_token) override {
        return {};
    }
    bool Settle(const model::PhaseRef&) override { return false; }
    size_t SettleSome(size_t) override { return 0; }
    size_t ClearOrphans() override { return 0; }
    void Check() override {}

  private:
    store::Store& store_;
};

struct StoreFixture {
    StoreFixture() : holder(clock), lake(holder.store()) {}

    model::Run MakeRun(const std::string& dag, const std::string& run_id, model::RunState state,
                       const std::string& start) {
        model::Run run;
        run.scope = kScope;
        run.dag_id = dag;
        run.run_id = run_id;
        run.dag_version = "1";
        run.state = state;
        run.started_at = ParseTime(start);
        run.ended_at = *run.started_at + std::chrono::minutes(1);
        return run;
    }
    /// A run of one task `load`, with its log.
    void Add(const model::Run& run, model::AttemptState state, const std::vector<std::string>& lines) {
        model::Batch batch;
        batch.scope = kScope;
        model::DagVersion dag;
        dag.dag_id = run.dag_id;
        dag.version = "1";
        dag.source = "def load(rates):\n    return rates['NOK']\n";
        dag.source_file = run.dag_id + ".py";
        dag.tasks.push_back({.task_id = "load"});
        batch.dags.push_back(std::move(dag));
        batch.runs.push_back(run);
        model::TaskAttempt attempt;
        attempt.task_id = "load";
        attempt.state = state;
        attempt.started_at = run.started_at;
        attempt.ended_at = run.ended_at;
        const model::RunName name{run.dag_id, run.run_id};
        batch.attempts.push_back({name, attempt});
        model::RecordGroup group{.run = name, .phase = "load"};
        for (const auto& line : lines) {
            model::LogRow row;
            row.ts = run.started_at;
            row.message = line;
            row.level = line.find("Error") != std::string::npos ? model::Level::kError : model::Level::kInfo;
            group.logs.push_back(std::move(row));
        }
        if (!group.logs.empty()) batch.records.push_back(std::move(group));
        holder.store().ingest().Apply(batch);
    }
    void AddSales() {
        Add(MakeRun("sales", "r1", model::RunState::kSucceeded, "2026-01-01T00:00:00Z"),
            model::AttemptState::kSucceeded, {"done"});
        Add(MakeRun("sales", "r2", model::RunState::kFailed, "2026-01-02T00:00:00Z"), model::AttemptState::kFailed,
            {"Traceback (most recent call last):", "  File \"/opt/airflow/dags/sales.py\", line 2, in load",
             "    return rates['NOK']", "KeyError: 'NOK'"});
    }
    void Link(const std::string& from_dag, const std::string& from_run, const std::string& to_dag,
              const std::string& to_run) {
        model::Batch batch;
        batch.scope = kScope;
        batch.links.push_back(
            {.from_dag = from_dag, .from_run = from_run, .to_dag = to_dag, .to_run = to_run, .via = "asset"});
        holder.store().ingest().Apply(batch);
    }
    store::DiagnosisRequest Request(const std::string& run = "r2") {
        store::DiagnosisRequest request;
        request.scope = kScope;
        request.dag_id = "sales";
        request.run_id = run;
        return request;
    }

    SystemClock clock;
    store::SqliteHolder holder;
    PendingLake lake;
};

}  // namespace dagy::diagnose
