/// The first rows of ETL phases as text, for the keywords of the run search.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/record.h"
#include "store/sqlite/database.h"

namespace dagy::store::sqlite {

/// Of one phase attempt and kind.
struct HeadRows {
    int64_t rows = 0;
    std::string text;
};

/// Adds rows that follow the `first_row` before them; what is beyond the head is left out, and so is everything behind
/// a gap.
void AddToHead(Database& database, int64_t phase_key, model::RecordKind kind, int64_t first_row,
               const std::vector<model::DataRow>& rows);
/// Decodes what a row of phase_heads holds.
std::string HeadText(std::string stored);

}  // namespace dagy::store::sqlite
