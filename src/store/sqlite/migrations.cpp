#include "store/sqlite/migrations.h"

#include <fmt/format.h>

#include <array>

#include "base/error.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/schema_2.h"
#include "store/sqlite/schema_3.h"
#include "store/sqlite/schema_4.h"
#include "store/sqlite/schema_5.h"
#include "store/sqlite/schema_6.h"

namespace dagy::store::sqlite {
namespace {

// A step that was released is never edited: what changes is a new step.
constexpr std::array<const char*, 6> kSteps{kSchema1, kSchema2, kSchema3, kSchema4, kSchema5, kSchema6};

int64_t Version(Database& database) {
    const bool is_new =
        Statement(database, "SELECT count(*) FROM sqlite_master WHERE name = 'schema_version'").Number() == 0;
    return is_new ? 0 : Statement(database, "SELECT max(version) FROM schema_version").Number();
}

}  // namespace

int NewestSchema() {
    return static_cast<int>(kSteps.size());
}

void Migrate(Database& database) {
    if (Version(database) == NewestSchema()) return;  // the usual case takes no lock
    Transaction transaction(database, Transaction::Kind::kWrite);
    const int64_t version = Version(database);
    if (version > NewestSchema())
        throw Error(ErrorCode::kStorage,
                    fmt::format("the data folder was written by a newer dagy (schema {}, this one knows {})", version,
                                NewestSchema()),
                    "use that version of dagy, or another data folder");
    for (auto step = static_cast<size_t>(version); step < kSteps.size(); ++step) {
        database.Run(kSteps[step]);
        Statement(database, "INSERT INTO schema_version(version) VALUES (?)", step + 1).Run();
    }
    transaction.Commit();
}

}  // namespace dagy::store::sqlite
