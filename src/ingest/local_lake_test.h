/// A store, objects and a lake in a folder of their own; for tests.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "lake/lake.h"
#include "objects/folder/folder_store.h"
#include "store/sqlite/open.h"

namespace dagy::ingest {

/// A folder that goes with its owner.
class TempFolder {
  public:
    TempFolder() : path_(std::filesystem::temp_directory_path() / ("dagy-ingest-" + RandomHex(8))) {
        std::filesystem::create_directories(path_);
    }
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    void Write(const std::filesystem::path& file, std::string_view text) const {
        std::filesystem::create_directories((path_ / file).parent_path());
        std::ofstream(path_ / file, std::ios::binary) << text;
    }

  private:
    std::filesystem::path path_;
};

inline const model::Scope kScope{"org_1", "dep_1"};

/// What one process sees of a data folder.
struct LocalLake {
    explicit LocalLake(const std::filesystem::path& folder)
        : store(store::OpenSqlite(folder / "dagy.db", clock)), objects(objects::OpenFolder(folder / "records")) {
        lake::LakeOptions options;
        options.find_run = [this](const model::Scope& scope, const model::RunName& name) {
            return store->runs().FindRun(scope.org, scope.deployment, name.dag_id, name.run_id);
        };
        lake = lake::OpenLake(
            *objects, store->ingest(), store->records(), [this](int64_t key) { return store->runs().RunByKey(key); },
            options);
    }

    model::Run Run(const std::string& dag, const std::string& run) {
        auto found = store->runs().FindRun(kScope.org, kScope.deployment, dag, run);
        if (!found) ADD_FAILURE() << "no run " << run << " of " << dag;
        return found.value_or(model::Run{});
    }
    std::vector<model::LogRow> Logs(const model::PhaseRef& ref) {
        std::vector<model::LogRow> rows;
        lake->ReadLogs(ref, {}, [&](std::span<const model::LogRow> slice) {
            rows.insert(rows.end(), slice.begin(), slice.end());
            return true;
        });
        return rows;
    }
    std::vector<model::ErrorRow> Errors(const model::PhaseRef& ref) {
        std::vector<model::ErrorRow> rows;
        lake->ReadErrors(ref, {}, [&](std::span<const model::ErrorRow> slice) {
            rows.insert(rows.end(), slice.begin(), slice.end());
            return true;
        });
        return rows;
    }
    std::vector<model::DataRow> Data(const model::PhaseRef& ref) {
        std::vector<model::DataRow> rows;
        lake->ReadData(ref, {}, [&](std::span<const model::DataRow> slice) {
            rows.insert(rows.end(), slice.begin(), slice.end());
            return true;
        });
        return rows;
    }

    SystemClock clock;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<objects::ObjectStore> objects;
    std::unique_ptr<lake::Lake> lake;
};

}  // namespace dagy::ingest
