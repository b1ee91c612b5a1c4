#include "store/sqlite/open.h"

#include "base/error.h"
#include "store/sqlite/diagnoses.h"
#include "store/sqlite/events.h"
#include "store/sqlite/guidance.h"
#include "store/sqlite/identity.h"
#include "store/sqlite/ingest.h"
#include "store/sqlite/records.h"
#include "store/sqlite/runs.h"
#include "store/sqlite/upkeep.h"

namespace dagy::store {
namespace {

class SqliteStore final : public Store {
  public:
    SqliteStore(const std::filesystem::path& file, const Clock& clock)
        : clock_(clock),
          connections_(file),
          ingest_(connections_, clock),
          runs_(connections_),
          records_(connections_, clock),
          events_(connections_),
          diagnoses_(connections_),
          guidance_(connections_),
          identity_(connections_),
          upkeep_(connections_, clock) {}

    IngestStore& ingest() override { return ingest_; }
    RunStore& runs() override { return runs_; }
    RecordStore& records() override { return records_; }
    EventLog& events() override { return events_; }
    DiagnosisStore& diagnoses() override { return diagnoses_; }
    GuidanceStore& guidance() override { return guidance_; }
    IdentityStore& identity() override { return identity_; }
    UpkeepStore& upkeep() override { return upkeep_; }

    void Check() override {
        const int64_t now = ToMicros(clock_.Now());
        connections_.Write([&](sqlite::Database& database) {
            sqlite::Statement(
                database,
                "INSERT INTO health (id, at) VALUES (1, ?) ON CONFLICT DO UPDATE SET at = max(at, excluded.at)", now)
                .Run();
        });
        const int64_t back = connections_.Read([](sqlite::Database& database) {
            return sqlite::Statement(database, "SELECT at FROM health WHERE id = 1").Number();
        });
        if (back < now) throw Error(ErrorCode::kStorage, "the metadata store does not give back what was written");
    }

  private:
    const Clock& clock_;
    sqlite::Connections connections_;
    sqlite::SqliteIngestStore ingest_;
    sqlite::SqliteRunStore runs_;
    sqlite::SqliteRecordStore records_;
    sqlite::SqliteEventLog events_;
    sqlite::SqliteDiagnosisStore diagnoses_;
    sqlite::SqliteGuidanceStore guidance_;
    sqlite::SqliteIdentityStore identity_;
    sqlite::SqliteUpkeepStore upkeep_;
};

}  // namespace

std::unique_ptr<Store> OpenSqlite(const std::filesystem::path& file, const Clock& clock) {
    return std::make_unique<SqliteStore>(file, clock);
}

}  // namespace dagy::store
