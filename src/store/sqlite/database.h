/// A thin RAII layer over SQLite: one connection, its prepared statements, transactions. Everything SQLite says ends
/// here as dagy::Error: full disk → kStorageFull, busy → kUnavailable, I/O, permission or damage → kStorage, anything
/// else → kInternal.
#pragma once

#include <sqlite3.h>

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "base/json.h"
#include "base/time.h"

namespace dagy::store::sqlite {

/// Bytes that are no text.
struct Blob {
    std::string_view bytes;
};

/// One connection. Not thread-safe; the owner sees to that (connections.h).
class Database {
  public:
    enum class Mode { kWrite, kRead };

    Database(const std::filesystem::path& file, Mode mode);

    /// Runs statements that give no rows.
    void Run(const std::string& sql);
    int64_t LastInsertId() const { return sqlite3_last_insert_rowid(handle_.get()); }
    /// Rows that the last statement touched.
    int64_t Changes() const { return sqlite3_changes64(handle_.get()); }
    bool InTransaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }

    [[noreturn]] void Throw(int code, std::string_view doing) const;

  private:
    friend class Statement;
    struct Close {
        void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
    };
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    using Prepared = std::unique_ptr<sqlite3_stmt, Finalize>;
    Prepared Prepare(std::string_view sql) const;

    std::unique_ptr<sqlite3, Close> handle_;
    std::map<std::string, Prepared, std::less<>> idle_;  // prepared statements that nobody uses now, by their text
};

/// A use of a prepared statement: `Statement s(db, "SELECT a, b FROM t WHERE c = ?", c); while (s.Step()) s.Read(a,
/// b);`
class Statement {
  public:
    template <typename... Args>
    Statement(Database& database, std::string_view sql, const Args&... args) : Statement(Plain{}, database, sql) {
        Bind(args...);
    }
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    /// Binds parameters from the first on; may be called again after Run.
    template <typename... Args>
    Statement& Bind(const Args&... args) {
        int index = 0;
        (BindOne(++index, args), ...);
        return *this;
    }

    /// One parameter, counted from 1.
    template <typename T>
    void BindAt(int index, const T& value) {
        BindOne(index, value);
    }

    /// True: there is a row.
    bool Step();
    /// Runs to the end and makes ready for the next Bind. Text and blobs bound need to live until here.
    void Run();

    /// Takes the row's columns from the first on.
    template <typename... Columns>
    void Read(Columns&... columns) const {
        ReadFrom(0, columns...);
    }
    /// Those from `index` on, counted from 0.
    template <typename... Columns>
    void ReadFrom(int index, Columns&... columns) const {
        (ReadOne(index++, columns), ...);
    }
    /// The only column of the only row, or `otherwise` where there is none.
    int64_t Number(int64_t otherwise = 0);

  private:
    struct Plain {};
    Statement(Plain, Database& database, std::string_view sql);

    void BindOne(int index, std::nullptr_t);
    void BindOne(int index, std::string_view text);
    void BindOne(int index, const Blob& blob);
    void BindOne(int index, double number);
    void BindOne(int index, Time time) { BindNumber(index, ToMicros(time)); }
    /// An empty object is kept as an empty text.
    void BindOne(int index, const json::object& object);
    template <std::integral Number>
    void BindOne(int index, Number number) {
        BindNumber(index, static_cast<int64_t>(number));
    }
    template <typename T>
    void BindOne(int index, const std::optional<T>& value) {
        if (value)
            BindOne(index, *value);
        else
            BindOne(index, nullptr);
    }
    void BindNumber(int index, int64_t number);
    void Check(int code) const;

    bool IsNull(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }
    std::string_view Text(int column) const;
    void ReadOne(int column, std::string& text) const { text = Text(column); }
    /// Until the next Step.
    void ReadOne(int column, std::string_view& text) const { text = Text(column); }
    void ReadOne(int column, double& number) const { number = sqlite3_column_double(statement_.get(), column); }
    void ReadOne(int column, Time& time) const { time = FromMicros(sqlite3_column_int64(statement_.get(), column)); }
    void ReadOne(int column, json::object& object) const;
    template <std::integral Number>
    void ReadOne(int column, Number& number) const {
        number = static_cast<Number>(sqlite3_column_int64(statement_.get(), column));
    }
    template <typename T>
    void ReadOne(int column, std::optional<T>& value) const {
        value.reset();
        if (!IsNull(column)) ReadOne(column, value.emplace());
    }

    Database& database_;
    std::string_view sql_;  // the text outlives the statement: it is a literal, or the caller's local
    Database::Prepared statement_;
};

/// Rolled back unless committed. A reading one sees one state of the database throughout.
class Transaction {
  public:
    enum class Kind { kRead, kWrite };
    Transaction(Database& database, Kind kind);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    /// After it returned, what was written survives kill -9 and power loss.
    void Commit();

  private:
    Database& database_;
    bool open_ = true;
};

}  // namespace dagy::store::sqlite
