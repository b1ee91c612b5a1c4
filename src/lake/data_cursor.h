/// Data rows where DuckDB decoded them: a row becomes a value when it is asked for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lake/data_columns.h"
#include "lake/statement.h"
#include "lake/term_matcher.h"
#include "model/record.h"

namespace dagy::lake {

/// Over a `SELECT *` of a chunk.
class DataCursor {
  public:
    explicit DataCursor(Rows& rows);

    /// After each Rows::Next.
    void Begin();
    /// Which of the current rows may have the term in one of their values.
    void MayMatch(const TermMatcher& term, std::vector<bool>& rows) const;
    /// Row `i` in canonical form; good until the next call.
    const model::DataRow& At(size_t i);

  private:
    struct Column {
        std::string name;
        DataType type = DataType::kNone;
        bool is_row = false, is_extras = false;
        std::optional<ColumnView> view;
    };
    static bool MayBeIn(const TermMatcher& term, const Column& column, size_t row);

    Rows& rows_;
    std::vector<Column> columns_;
    model::DataRow row_;
};

}  // namespace dagy::lake
