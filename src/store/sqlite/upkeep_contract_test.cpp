#include "contract/upkeep_store_contract.h"
#include "store/sqlite/test_store.h"

namespace dagy::store {

INSTANTIATE_TEST_SUITE_P(Sqlite, UpkeepStoreContract, ::testing::Values(&MakeSqlite));

}  // namespace dagy::store
