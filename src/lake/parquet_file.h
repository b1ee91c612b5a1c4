/// Writes one Parquet file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "lake/database.h"
#include "lake/row_source.h"

namespace dagy::lake {

/// Rows of a row group: 16,384, which pages of 200 rows read fastest (stack.md), and fewer where rows are so long that
/// a group of them would not fit into memory. `rows` rows that follow one another hold `bytes` of text, and no others
/// hold more.
int64_t RowGroupRows(int64_t rows, int64_t bytes);

/// Writes all rows of `source`, zstd, in their order. Throws what the source threw, kStorageFull for a full disk, else
/// kStorage. What is left of the file after a failure is the caller's to delete.
void WriteParquet(Database& database, RowSource& source, const std::filesystem::path& file, int64_t row_group_rows);

/// The same of what `before`, a SELECT, gives, and then the rows of `source`; the columns are those of both.
void WriteParquetAfter(Database& database, const std::string& before, RowSource& source,
                       const std::filesystem::path& file, int64_t row_group_rows);

/// `'…'`, for the places where SQL takes no parameter.
std::string Quoted(std::string_view text);
/// A file's name so that read_parquet takes no character of it for a pattern.
std::string LiteralGlob(std::string_view file);

}  // namespace dagy::lake
