#include "contract/diagnosis_store_contract.h"
#include "contract/guidance_store_contract.h"
#include "contract/identity_store_contract.h"
#include "store/sqlite/test_store.h"

namespace dagy::store {

INSTANTIATE_TEST_SUITE_P(Sqlite, DiagnosisStoreContract, ::testing::Values(&MakeSqlite));
INSTANTIATE_TEST_SUITE_P(Sqlite, GuidanceStoreContract, ::testing::Values(&MakeSqlite));
INSTANTIATE_TEST_SUITE_P(Sqlite, IdentityStoreContract, ::testing::Values(&MakeSqlite));

}  // namespace dagy::store
