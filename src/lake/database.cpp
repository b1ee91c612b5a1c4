#include "lake/database.h"

#include <fmt/format.h>

#include <chrono>

#include "base/error.h"
#include "lake/row_source.h"

namespace dagy::lake {
namespace {

constexpr std::chrono::seconds kLendTimeout{30};

void Run(duckdb_connection connection, const std::string& sql) {
    duckdb_result result{};
    const duckdb_state state = Duckdb().query(connection, sql.c_str(), &result);
    const char* said = state == DuckDBError ? Duckdb().result_error(&result) : nullptr;
    const std::string why = said != nullptr ? said : "";
    Duckdb().destroy_result(&result);
    if (state == DuckDBError) throw DatabaseError(why);
}

// Nothing may phone home, nothing may spill beside the data folder: what we run streams.
duckdb_database OpenInMemory(const DatabaseSettings& settings) {
    duckdb_config config = nullptr;
    if (Duckdb().create_config(&config) == DuckDBError) throw DatabaseError("no configuration");
    const std::pair<const char*, std::string> options[] = {
        {"memory_limit", fmt::format("{}KiB", settings.memory_limit_bytes / 1024)},
        {"threads", fmt::format("{}", settings.threads)},
        {"temp_directory", ""},
        {"autoinstall_known_extensions", "false"},
        {"autoload_known_extensions", "false"},
        {"allow_community_extensions", "false"}};
    for (const auto& [name, value] : options) Duckdb().set_config(config, name, value.c_str());
    duckdb_database database = nullptr;
    char* said = nullptr;
    const duckdb_state state = Duckdb().open_ext(nullptr, &database, config, &said);
    Duckdb().destroy_config(&config);
    const std::string why = said != nullptr ? said : "";
    if (said != nullptr) Duckdb().free(said);
    if (state == DuckDBError) throw DatabaseError(why);
    return database;
}

}  // namespace

Database::~Database() {
    Close();
}

bool Database::Opened() const {
    const std::lock_guard lock(mutex_);
    return database_ != nullptr;
}

// Under the mutex: who comes second needs it open as well. What fails in the middle leaves it closed.
void Database::Open() {
    try {
        database_ = OpenInMemory(settings_);
        for (size_t i = 0; i < settings_.connections; ++i) {
            duckdb_connection connection = nullptr;
            if (Duckdb().connect(database_, &connection) == DuckDBError) throw DatabaseError("no connection");
            idle_.push_back(connection);
        }
        RegisterRowSource(idle_.front());
        Run(idle_.front(), "SET GLOBAL parquet_metadata_cache = true");
    } catch (const DatabaseError& failed) {
        Close();
        throw Error(ErrorCode::kStorage, "the reader of Parquet records does not start",
                    "free some memory and try again", failed.what());
    }
}

void Database::Close() {
    for (duckdb_connection& connection : idle_) Duckdb().disconnect(&connection);
    idle_.clear();
    if (database_ != nullptr) Duckdb().close(&database_);
}

Connection Database::Lend() {
    std::unique_lock lock(mutex_);
    if (database_ == nullptr) Open();
    if (!returned_.wait_for(lock, kLendTimeout, [&] { return !idle_.empty(); }))
        throw Error(ErrorCode::kUnavailable, "too many reads of records at once", "try again in a moment");
    duckdb_connection connection = idle_.back();
    idle_.pop_back();
    return Connection(*this, connection);
}

void Database::TakeBack(duckdb_connection connection) {
    {
        const std::lock_guard lock(mutex_);
        idle_.push_back(connection);
    }
    returned_.notify_one();
}

void Connection::Execute(const std::string& sql) {
    Run(connection_, sql);
}

}  // namespace dagy::lake
