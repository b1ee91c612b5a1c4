/// A search as a value, and the language that people write it in (docs/search.md).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lake/row_query.h"
#include "model/record.h"
#include "model/run.h"

namespace dagy::search {

constexpr size_t kQueryBytesMax = 1000;
constexpr size_t kTermsMax = 32;

/// Names that a run's dag or id may have, `*` for any characters; case counts. Nothing wanted: any but the unwanted.
struct NameCondition {
    std::vector<std::string> wanted;  ///< one of these
    std::vector<std::string> unwanted;

    bool Empty() const { return wanted.empty() && unwanted.empty(); }
    bool Allows(std::string_view name) const;
    bool operator==(const NameCondition&) const = default;
};

struct Query {
    lake::RowQuery rows;
    NameCondition dags, runs;
    std::optional<std::string> phase;
    std::vector<model::RecordKind> kinds;  ///< of logs, errors and data, in this order, each once; empty: all three

    /// Asks nothing of a run or a row.
    bool Empty() const { return *this == Query{}; }
    bool operator==(const Query&) const = default;
};

/// One thing that is wrong with the text of a query, and the way out.
struct QueryFault {
    size_t at = 0;  ///< the character (code point) where it begins, counted from 1
    std::string message;
};

struct ReadQuery {
    Query query;                     ///< what could be read
    std::vector<QueryFault> faults;  ///< every one, in the order of the text; empty: the query is good
};

/// Never throws. White space alone is an empty query, which is no fault.
ReadQuery ParseQuery(std::string_view text);

/// Text that ParseQuery reads as this very query.
std::string PrintQuery(const Query& query);

/// `logs errors data` of a query; nothing for another word.
std::optional<model::RecordKind> ParseKind(std::string_view word);

/// Levels that `error`, `>=warning`, `<error` … mean; empty for a text that means none.
std::vector<model::Level> ParseLevels(std::string_view text);

}  // namespace dagy::search
