/// One connection that writes, a few that read, and the word that goes round when something was committed.
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "store/sqlite/database.h"

namespace dagy::store::sqlite {

/// Thread-safe.
class Connections {
  public:
    /// Opens or makes the file and brings its schema up to date.
    explicit Connections(const std::filesystem::path& file);

    /// Calls `use(Database&)` inside one write transaction, commits, rings the bell. Returns what `use` returns.
    template <typename Use>
    auto Write(Use&& use) {
        using Result = decltype(use(std::declval<Database&>()));
        if constexpr (std::is_void_v<Result>) {
            WriteIf([&](Database& database) { return use(database), true; });
        } else {
            std::optional<Result> result;
            WriteIf([&](Database& database) { return result.emplace(use(database)), true; });
            return std::move(*result);
        }
    }

    /// Commits only if `use(Database&)` returns true; else it never happened.
    template <typename Use>
    void WriteIf(Use&& use) {
        const std::lock_guard lock(writer_mutex_);
        Transaction transaction(writer_, Transaction::Kind::kWrite);
        if (!use(writer_)) return;
        transaction.Commit();
        Ring();
    }

    /// Calls `use(Database&)` inside one read transaction: one state of the store.
    template <typename Use>
    auto Read(Use&& use) {
        const Reader reader(*this);
        const Transaction transaction(reader.database(), Transaction::Kind::kRead);
        return use(reader.database());
    }

    /// How many commits were seen; other processes' count too, looked for every 250 ms while somebody waits.
    uint64_t Commits();
    /// How often others' commits were seen.
    uint64_t OthersCommits();
    /// Waits until Commits() differs from `seen`, or until `deadline`.
    void WaitCommit(uint64_t seen, std::chrono::steady_clock::time_point deadline);
    /// Wakes every waiter.
    void Ring();

  private:
    /// A reading connection, borrowed.
    class Reader {
      public:
        explicit Reader(Connections& owner);
        ~Reader();
        Reader(const Reader&) = delete;
        Reader& operator=(const Reader&) = delete;
        Database& database() const { return *database_; }

      private:
        Connections& owner_;
        std::unique_ptr<Database> database_;
    };

    void LookForOthers();

    std::filesystem::path file_;
    std::mutex writer_mutex_;
    Database writer_;

    std::mutex readers_mutex_;
    std::condition_variable reader_free_;
    std::vector<std::unique_ptr<Database>> idle_readers_;
    size_t readers_ = 0;

    std::mutex bell_mutex_;
    std::condition_variable bell_;
    uint64_t commits_ = 1;
    uint64_t others_commits_ = 0;
    std::chrono::steady_clock::time_point looked_at_{};

    std::mutex watcher_mutex_;
    Database watcher_;
    int64_t data_version_ = 0;
};

}  // namespace dagy::store::sqlite
