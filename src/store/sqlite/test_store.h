/// A SQLite store in a folder of its own, for tests.
#pragma once

#include <stdlib.h>

#include <filesystem>

#include "contract/store_contract.h"
#include "store/sqlite/connections.h"
#include "store/sqlite/open.h"

namespace dagy::store {

class SqliteHolder final : public StoreHolder {
  public:
    explicit SqliteHolder(const Clock& clock) : clock_(clock) {
        std::string pattern = (std::filesystem::temp_directory_path() / "dagy_store_XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        store_ = OpenSqlite(file(), clock_);
    }
    ~SqliteHolder() override {
        store_.reset();
        std::filesystem::remove_all(folder_);
    }
    Store& store() override { return *store_; }
    std::unique_ptr<Store> Second() override { return OpenSqlite(file(), clock_); }

    /// The first column of each row that `sql` finds, as text.
    std::vector<std::string> Read(const std::string& sql) const {
        sqlite::Database database(file(), sqlite::Database::Mode::kRead);
        std::vector<std::string> rows;
        sqlite::Statement found(database, sql);
        while (found.Step()) found.Read(rows.emplace_back());
        return rows;
    }
    std::filesystem::path file() const { return folder_ / "dagy.db"; }

  private:
    const Clock& clock_;
    std::filesystem::path folder_;
    std::unique_ptr<Store> store_;
};

inline std::unique_ptr<StoreHolder> MakeSqlite(const Clock& clock) {
    return std::make_unique<SqliteHolder>(clock);
}

}  // namespace dagy::store
