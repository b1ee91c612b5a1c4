/// A thin layer over DuckDB: an in-memory database that is opened when it is first needed, and connections to it behind
/// a gate.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "lake/duckdb_api.h"

namespace dagy::lake {

/// What DuckDB said. Never leaves lake: whoever catches it knows which object was concerned.
class DatabaseError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

struct DatabaseSettings {
    int64_t memory_limit_bytes = 0;
    int threads = 1;
    size_t connections = 1;
};

class Connection;

/// Thread-safe.
class Database {
  public:
    explicit Database(DatabaseSettings settings) : settings_(settings) {}
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// A connection that is nobody else's. Waits while all are lent, at most 30 s, then throws kUnavailable.
    Connection Lend();
    /// True once anything made it open.
    bool Opened() const;

  private:
    friend class Connection;
    void Open();
    void Close();
    void TakeBack(duckdb_connection connection);

    const DatabaseSettings settings_;
    mutable std::mutex mutex_;
    std::condition_variable returned_;
    duckdb_database database_ = nullptr;
    std::vector<duckdb_connection> idle_;
};

/// A connection on loan; goes back when it ends.
class Connection {
  public:
    Connection(Database& owner, duckdb_connection connection) : owner_(&owner), connection_(connection) {}
    ~Connection() { owner_->TakeBack(connection_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    duckdb_connection handle() const { return connection_; }
    /// Runs a statement whose rows nobody needs. Throws DatabaseError.
    void Execute(const std::string& sql);

  private:
    Database* owner_;
    duckdb_connection connection_;
};

}  // namespace dagy::lake
