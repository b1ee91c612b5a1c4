// The part of RecordStore that is about filters of whole runs.
#include "store/sqlite/records.h"

namespace dagy::store::sqlite {
namespace {

int64_t RowsOf(Database& database, int64_t run_key) {
    return Statement(database,
                     "SELECT coalesce(sum(log_count + error_count + data_count + queue_data_count + event_count), 0) "
                     "FROM phases WHERE run_key = ?",
                     run_key)
        .Number();
}

}  // namespace

std::vector<int64_t> SqliteRecordStore::UnfilteredRuns(int64_t after_key, size_t limit) {
    return connections_.Read([&](Database& database) {
        std::vector<int64_t> keys;
        Statement rows(database,
                       "SELECT run_key FROM unfiltered_runs CROSS JOIN runs ON key = run_key WHERE run_key > ? AND "
                       "state IN ('SUCCEEDED', 'FAILED', 'CANCELLED') ORDER BY run_key LIMIT ?",
                       after_key, limit);
        while (rows.Step()) rows.Read(keys.emplace_back());
        return keys;
    });
}

void SqliteRecordStore::SetRunFilters(const std::vector<TextsOfRun>& runs) {
    if (runs.empty()) return;
    connections_.Write([&](Database& database) {
        for (const TextsOfRun& run : runs) {
            if (RowsOf(database, run.run_key) != run.rows) continue;
            Statement(database, "DELETE FROM unfiltered_runs WHERE run_key = ?", run.run_key).Run();
            if (run.filter.empty() || run.rows == 0) continue;
            Statement(database, "INSERT OR REPLACE INTO run_filters (run_key, rows, filter) VALUES (?, ?, ?)",
                      run.run_key, run.rows, Blob{run.filter})
                .Run();
        }
    });
}

std::vector<TextsOfRun> SqliteRecordStore::RunFilters(const std::vector<int64_t>& run_keys) {
    const std::string keys = json::serialize(json::array(run_keys.begin(), run_keys.end()));
    return connections_.Read([&](Database& database) {
        std::vector<TextsOfRun> runs;
        Statement found(database,
                        "SELECT run_key, rows, filter FROM json_each(?) AS wanted CROSS JOIN run_filters ON run_key = "
                        "wanted.value ORDER BY run_key",
                        keys);
        while (found.Step()) {
            TextsOfRun& run = runs.emplace_back();
            found.Read(run.run_key, run.rows, run.filter);
        }
        return runs;
    });
}

}  // namespace dagy::store::sqlite
