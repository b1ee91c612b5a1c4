#include "contract/event_log_contract.h"
#include "contract/ingest_store_contract.h"
#include "contract/record_store_contract.h"
#include "store/sqlite/test_store.h"

namespace dagy::store {

INSTANTIATE_TEST_SUITE_P(Sqlite, EventLogContract, ::testing::Values(&MakeSqlite));
INSTANTIATE_TEST_SUITE_P(Sqlite, IngestStoreContract, ::testing::Values(&MakeSqlite));
INSTANTIATE_TEST_SUITE_P(Sqlite, RecordStoreContract, ::testing::Values(&MakeSqlite));

}  // namespace dagy::store
