#include "store/sqlite/events.h"

#include <fmt/format.h>

#include "base/error.h"

namespace dagy::store::sqlite {
namespace {

int64_t Cursor(Database& database, const std::string& name) {
    return Statement(database, "SELECT seq FROM cursors WHERE name = ?", name).Number();
}

}  // namespace

std::vector<LoggedEvent> SqliteEventLog::Read(int64_t after, size_t limit) {
    return connections_.Read([&](Database& database) {
        std::vector<LoggedEvent> events;
        Statement rows(database,
                       "SELECT seq, at, org, deployment, kind, dag_id, run_id, task_id, body FROM events WHERE seq > ? "
                       "ORDER BY seq LIMIT ?",
                       after, limit);
        while (rows.Step()) {
            LoggedEvent& e = events.emplace_back();
            rows.Read(e.seq, e.at, e.org, e.deployment, e.kind, e.dag_id, e.run_id, e.task_id, e.body);
        }
        return events;
    });
}

int64_t SqliteEventLog::LastSeq() {
    return connections_.Read(
        [](Database& database) { return Statement(database, "SELECT max(seq) FROM events").Number(); });
}

int64_t SqliteEventLog::LoadCursor(const std::string& name) {
    return connections_.Read([&](Database& database) { return Cursor(database, name); });
}

void SqliteEventLog::SaveCursor(const std::string& name, int64_t seq) {
    connections_.Write([&](Database& database) {
        const int64_t saved = Cursor(database, name);
        if (seq < saved)
            throw Error(ErrorCode::kConflict,
                        fmt::format("follower '{}' has already come to {}, not {}", name, saved, seq),
                        "another process follows under the same name");
        Statement(database,
                  "INSERT INTO cursors (name, seq) VALUES (?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq", name,
                  seq)
            .Run();
    });
}

bool SqliteEventLog::WaitAfter(int64_t after, std::chrono::steady_clock::time_point deadline) {
    for (;;) {
        // Counted before looking, so that a commit in between is not slept through.
        const uint64_t seen = connections_.Commits();
        if (LastSeq() > after) return true;
        if (stopped_ || std::chrono::steady_clock::now() >= deadline) return false;
        connections_.WaitCommit(seen, deadline);
    }
}

void SqliteEventLog::Stop() {
    stopped_ = true;
    connections_.Ring();
}

}  // namespace dagy::store::sqlite
