// The part of RunStore that is for statistics, and the Parquet objects of a run.
#include "store/sqlite/day_tallies.h"
#include "store/sqlite/runs.h"

namespace dagy::store::sqlite {

void SqliteRunStore::DayTallies(const model::Scope& scope, const std::string& dag_id, const std::string& date_from,
                                const std::string& date_to, const std::function<void(const DayTally&)>& take) {
    connections_.Read([&](Database& database) { ReadTallies(database, scope, dag_id, date_from, date_to, take); });
}

std::vector<RunObject> SqliteRunStore::Objects(int64_t run_key) {
    return connections_.Read([&](Database& database) {
        std::vector<RunObject> objects;
        int kind = 0;
        Statement rows(
            database,
            "SELECT phase, attempt, kind, object_key, first_row, rows, bytes, sha256 FROM chunks JOIN phases ON "
            "phases.key = phase_key WHERE chunks.run_key = ? ORDER BY phase, attempt, kind, first_row",
            run_key);
        while (rows.Step()) {
            RunObject& object = objects.emplace_back();
            object.ref.run_key = run_key;
            rows.Read(object.ref.phase, object.ref.attempt, kind, object.key, object.first_row, object.rows,
                      object.bytes, object.sha256);
            object.kind = static_cast<model::RecordKind>(kind);
        }
        return objects;
    });
}

}  // namespace dagy::store::sqlite
