/// The schema, as numbered steps; a store remembers which it has taken.
#pragma once

#include "store/sqlite/database.h"

namespace dagy::store::sqlite {

/// Takes the steps that the file lacks, each in a transaction. Two processes at once are right.
/// Throws kStorage for a file that a newer dagy has written.
void Migrate(Database& database);

/// Steps that this program knows.
int NewestSchema();

}  // namespace dagy::store::sqlite
