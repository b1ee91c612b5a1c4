/// A lake on a store and objects of its own in a temporary folder; for tests.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/exact_json.h"
#include "base/ids.h"
#include "base/time.h"
#include "lake/lake.h"
#include "lake/parquet_lake.h"
#include "lake/row_json.h"
#include "objects/folder/folder_store.h"
#include "store/sqlite/open.h"

namespace dagy::lake {

/// A folder that goes with its owner.
class TempFolder {
  public:
    TempFolder() : path_(std::filesystem::temp_directory_path() / ("dagy_lake_" + RandomHex(8))) {
        std::filesystem::create_directories(path_);
    }
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

/// One process's view of a data folder: store, objects and lake.
struct LakeOn {
    explicit LakeOn(const std::filesystem::path& folder, LakeOptions options = {})
        : store(store::OpenSqlite(folder / "dagy.db", clock)), objects(objects::OpenFolder(folder / "records")) {
        options.find_run = [this](const model::Scope& scope, const model::RunName& name) {
            return store->runs().FindRun(scope.org, scope.deployment, name.dag_id, name.run_id);
        };
        options.upkeep = &store->upkeep();
        options.runs = &store->runs();
        options.phases_of = [this](int64_t run_key) { return store->runs().Phases(run_key); };
        lake = std::make_unique<ParquetLake>(
            *objects, store->ingest(), store->records(), [this](int64_t key) { return store->runs().RunByKey(key); },
            options);
    }

    SystemClock clock;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<objects::ObjectStore> objects;
    std::unique_ptr<ParquetLake> lake;
};

inline const model::Scope kScope{"org_1", "dep_1"};
inline const model::RunName kRun{"sales", "r/1"};

inline model::LogRow Log(std::string message, model::Level level = model::Level::kInfo) {
    return {.ts = FromMicros(1'700'000'000'000'000),
            .level = level,
            .logger = "etl",
            .message = std::move(message),
            .task_id = "load"};
}

inline model::Run StoredRun() {
    return {.scope = kScope,
            .dag_id = kRun.dag_id,
            .run_id = kRun.run_id,
            .logical_date = ParseTime("2026-05-13T00:00:00Z")};
}

inline model::Batch LogBatch(std::vector<model::LogRow> rows, const std::string& phase = "load") {
    return {.scope = kScope,
            .runs = {StoredRun()},
            .records = {{.run = kRun, .phase = phase, .kind = model::RecordKind::kLog, .logs = std::move(rows)}}};
}

inline model::Batch DataBatch(std::vector<std::string_view> rows, model::RecordKind kind = model::RecordKind::kData) {
    model::RecordGroup group{.run = kRun, .phase = "load", .kind = kind};
    boost::system::error_code failed;
    for (const std::string_view row : rows) group.data.push_back({.columns = ParseExact(row, failed).as_object()});
    return {.scope = kScope, .records = {std::move(group)}};
}

class LakeTest : public testing::Test {
  protected:
    LakeTest() : here_(folder_.path()) {}

    ParquetLake& lake() { return *here_.lake; }
    store::RecordStore& records() { return here_.store->records(); }
    model::PhaseRef Ref(const std::string& phase = "load") {
        return {here_.store->runs().FindRun(kScope.org, kScope.deployment, kRun.dag_id, kRun.run_id)->key, phase, 1};
    }
    std::vector<store::Chunk> ChunksOf(const std::string& phase = "load",
                                       model::RecordKind kind = model::RecordKind::kLog) {
        return records().View(Ref(phase), kind, false).chunks;
    }

    std::vector<std::string> Logs(RowRange range = {}, const std::string& phase = "load") {
        std::vector<std::string> rows;
        lake().ReadLogs(Ref(phase), range, [&](std::span<const model::LogRow> slice) {
            for (const model::LogRow& row : slice) rows.push_back(json::serialize(ToItem(row)));
            return true;
        });
        return rows;
    }
    std::vector<std::string> Data() {
        std::vector<std::string> rows;
        lake().ReadData(Ref(), {}, [&](std::span<const model::DataRow> slice) {
            for (const model::DataRow& row : slice)
                rows.push_back(std::to_string(row.row) + json::serialize(row.columns));
            return true;
        });
        return rows;
    }
    /// Everything of a page in one text, so that two pages compare.
    std::string Shown(PageQuery query) {
        if (query.ref.run_key == 0) query.ref = Ref();
        const Page page = lake().ReadPage(query);
        std::string shown = std::to_string(page.total) + "\n";
        for (const Column& column : page.columns) shown += column.name + ":" + column.type + " ";
        for (const json::object& item : page.items) shown += "\n" + json::serialize(item);
        return shown;
    }

    TempFolder folder_;
    LakeOn here_;
};

}  // namespace dagy::lake
