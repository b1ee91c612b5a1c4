/// What a search asks of a row: a plain value that any language can be parsed into.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/record.h"
#include "model/run.h"

namespace dagy::lake {

/// A condition on any one searchable text of a row (`RowTextsOf`): it holds if one of them has it.
struct TextTerm {
    enum class Form : uint8_t {
        kSubstring,  ///< as TextPattern: case-insensitive, no character is special; a phrase is one too
        kWord,       ///< a substring that is not next to a letter, digit or `_` on either side
        kRegex       ///< RE2, case-insensitive
    };
    Form form = Form::kSubstring;
    std::string text;
    bool negated = false;
    bool operator==(const TextTerm&) const = default;
};

/// A condition on one named column: of a data row, or a column of the logs or errors table. Compared as numbers where
/// both sides are numbers, as times where both are times, else as folded text. An absent or null column fulfils
/// nothing but a negated condition.
struct FieldTerm {
    enum class Op : uint8_t { kContains, kEqual, kLess, kLessEqual, kGreater, kGreaterEqual };
    std::string column;
    Op op = Op::kContains;
    std::string value;
    bool negated = false;
    bool operator==(const FieldTerm&) const = default;
};

/// Rows that fulfil everything. Empty: every row.
struct RowQuery {
    std::vector<TextTerm> terms;
    std::vector<FieldTerm> fields;
    std::vector<model::Level> levels;  ///< logs of one of these; empty: any. Rows without a level fulfil no other one
    std::optional<std::string> task;   ///< rows of this phase, or whose task_id is this one
    bool operator==(const RowQuery&) const = default;
};

/// Where in a run to look.
struct SearchScope {
    std::vector<model::RecordKind> kinds;  ///< in this order; empty: logs, errors and data, phase by phase
    std::optional<std::string> phase;
    std::optional<int> attempt;
    std::optional<int64_t> first_row;  ///< with a phase: only rows from this one on
};

/// A row that fulfils the query. Views live until `take` returns.
struct RowHit {
    std::string_view phase;
    int attempt = 1;
    model::RecordKind kind = model::RecordKind::kLog;
    int64_t row = 0;
    std::optional<Time> ts;
    std::optional<model::Level> level;
    std::string_view task_id;
    std::string_view field;      ///< the column in which the first positive term was found; empty if the query has none
    std::string_view text;       ///< that column's whole text (else the row's main text: message, title, first value)
    size_t at = 0, length = 0;   ///< the hit within `text`, bytes; length 0 if none
    std::string_view signature;  ///< errors: the row's; empty else
    // What tells rows of one cause apart from others, whatever column the hit is in.
    std::string_view title;          ///< logs: the message; errors: the title; data: empty
    std::string_view error_type;     ///< errors: the row's; empty else
    std::optional<int64_t> log_row;  ///< errors: the log row that carried it
};

/// What it cost; for progress.
struct SearchTally {
    int64_t hits = 0;
    int64_t rows_scanned = 0;  ///< looked at one by one
    int64_t rows_skipped = 0;  ///< ruled out by an index
    bool complete = true;      ///< false if `take` had enough or a stop was asked for
};

}  // namespace dagy::lake
