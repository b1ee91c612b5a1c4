#include "store/sqlite/database.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"

namespace dagy::store::sqlite {
namespace {

// Readers never wait in WAL; a writer waits for another process's transaction, which is short.
constexpr int kBusyTimeoutMs = 10'000;

ErrorCode CodeFor(int sqlite_code) {
    switch (sqlite_code & 0xff) {
        case SQLITE_FULL:
            return ErrorCode::kStorageFull;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return ErrorCode::kUnavailable;
        case SQLITE_IOERR:
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return ErrorCode::kStorage;
        case SQLITE_TOOBIG:
            return ErrorCode::kTooLarge;
        default:
            return ErrorCode::kInternal;
    }
}

std::pair<std::string, std::string> Words(int sqlite_code) {
    switch (sqlite_code & 0xff) {
        case SQLITE_FULL:
            return {"no space left for the metadata store", "free some space and try again; nothing was lost"};
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {"the metadata store is busy", "another process is writing; try again"};
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return {"the metadata store cannot be written", "check the permissions of the data folder"};
        case SQLITE_CANTOPEN:
            return {"the metadata store cannot be opened", "check that the data folder exists and is yours"};
        case SQLITE_CORRUPT:
            return {"the metadata store is damaged", "restore the data folder from a backup"};
        case SQLITE_NOTADB:
            return {"the metadata store is not a dagy database", "choose another data folder"};
        case SQLITE_IOERR:
            return {"the metadata store could not be read or written", "check the disk of the data folder"};
        case SQLITE_TOOBIG:
            return {"a value is too large for the metadata store", "send less at once"};
        default:
            return {"the metadata store failed", ""};
    }
}

}  // namespace

Database::Database(const std::filesystem::path& file, Mode mode) {
    sqlite3* handle = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (mode == Mode::kWrite ? SQLITE_OPEN_CREATE : 0);
    const int code = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
    handle_.reset(handle);
    if (code != SQLITE_OK) Throw(code, "open");
    sqlite3_busy_timeout(handle, kBusyTimeoutMs);
    Run("PRAGMA foreign_keys=OFF; PRAGMA temp_store=MEMORY");
    if (mode == Mode::kWrite)
        Run("PRAGMA cache_size=-16384; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA "
            "journal_size_limit=67108864");
    else
        Run("PRAGMA cache_size=-4096; PRAGMA query_only=ON");  // there are several, and the kernel caches the file too
}

void Database::Run(const std::string& sql) {
    const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) Throw(code, sql);
}

void Database::Throw(int code, std::string_view doing) const {
    auto [detail, hint] = Words(code);
    const char* said = handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
    throw Error(CodeFor(code), std::move(detail), std::move(hint),
                fmt::format("sqlite {}: {} [{}]", code, said, doing));
}

Database::Prepared Database::Prepare(std::string_view sql) const {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) Throw(code, sql);
    return Prepared(statement);
}

Statement::Statement(Plain, Database& database, std::string_view sql) : database_(database), sql_(sql) {
    if (auto idle = database_.idle_.find(sql); idle != database_.idle_.end() && idle->second)
        statement_ = std::move(idle->second);
    else
        statement_ = database_.Prepare(sql);
}

Statement::~Statement() {
    sqlite3_reset(statement_.get());
    sqlite3_clear_bindings(statement_.get());
    if (const auto idle = database_.idle_.find(sql_); idle != database_.idle_.end())
        idle->second = std::move(statement_);
    else
        database_.idle_.emplace(std::string(sql_), std::move(statement_));
}

bool Statement::Step() {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) database_.Throw(code, sql_);
    return false;
}

void Statement::Run() {
    while (Step()) {
    }
    sqlite3_reset(statement_.get());
}

int64_t Statement::Number(int64_t otherwise) {
    return Step() && !IsNull(0) ? sqlite3_column_int64(statement_.get(), 0) : otherwise;
}

void Statement::Check(int code) const {
    if (code != SQLITE_OK) database_.Throw(code, sql_);
}

void Statement::BindOne(int index, std::nullptr_t) {
    Check(sqlite3_bind_null(statement_.get(), index));
}
void Statement::BindOne(int index, double number) {
    Check(sqlite3_bind_double(statement_.get(), index, number));
}
void Statement::BindNumber(int index, int64_t number) {
    Check(sqlite3_bind_int64(statement_.get(), index, number));
}

void Statement::BindOne(int index, std::string_view text) {
    const char* bytes = text.data() != nullptr ? text.data() : "";
    Check(sqlite3_bind_text64(statement_.get(), index, bytes, text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Statement::BindOne(int index, const Blob& blob) {
    Check(sqlite3_bind_blob64(statement_.get(), index, blob.bytes.data(), blob.bytes.size(), SQLITE_STATIC));
}

void Statement::BindOne(int index, const json::object& object) {
    const std::string text = object.empty() ? std::string() : json::serialize(object);
    Check(sqlite3_bind_text64(statement_.get(), index, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

std::string_view Statement::Text(int column) const {
    const void* bytes = sqlite3_column_blob(statement_.get(), column);
    return {static_cast<const char*>(bytes), static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

void Statement::ReadOne(int column, json::object& object) const {
    object.clear();
    const std::string_view text = Text(column);
    if (text.empty()) return;
    json::value value = ParseJson(text, "a stored value");
    if (json::object* parsed = value.if_object()) object = std::move(*parsed);
}

Transaction::Transaction(Database& database, Kind kind) : database_(database) {
    database_.Run(kind == Kind::kWrite ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction() {
    if (!open_ || !database_.InTransaction()) return;  // SQLite itself has rolled back after some failures
    try {
        database_.Run("ROLLBACK");
    } catch (const Error&) {
        // The connection rolls back by itself before its next transaction; the first failure is the one that is told.
    }
}

void Transaction::Commit() {
    database_.Run("COMMIT");
    open_ = false;
}

}  // namespace dagy::store::sqlite
