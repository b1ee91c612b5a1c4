#include "lake/chunk_scan.h"

#include <fmt/format.h>

#include <algorithm>

#include "lake/chunk_query.h"
#include "lake/data_cursor.h"
#include "lake/error_table.h"
#include "lake/match_function.h"
#include "lake/pieces.h"
#include "lake/term_matcher.h"
#include "lake/text_sieve.h"

namespace dagy::lake {
namespace {

// In the order in which LogRows reads them. The last three are asked for by few queries, and so read for few.
constexpr std::string_view kLogColumns = "_row, message, extras, ts, level, task_id";
constexpr std::string_view kLogColumnsToo = ", logger, source_file, source_line";

/// The log rows that are current in a result of kLogColumns.
class LogRows {
  public:
    LogRows(const Rows& rows, bool all_columns)
        : row_(rows.column(0)),
          message_(rows.column(1)),
          extras_(rows.column(2)),
          ts_(rows.column(3)),
          level_(rows.column(4)),
          task_(rows.column(5)) {
        if (!all_columns) return;
        logger_.emplace(rows.column(6)), file_.emplace(rows.column(7)), line_.emplace(rows.column(8));
    }

    SearchRow At(size_t i) const {
        SearchRow row{.kind = model::RecordKind::kLog,
                      .row = row_.Int64(i),
                      .level = model::ParseLevel(level_.Text(i)).value_or(model::Level::kInfo),
                      .task_id = task_.Text(i),
                      .message = message_.Text(i),
                      .extras = extras_.Text(i)};
        if (!ts_.IsNull(i)) row.ts = FromMicros(ts_.Int64(i));
        if (logger_) row.logger = logger_->Text(i);
        if (file_) row.source_file = file_->Text(i);
        if (line_ && !line_->IsNull(i)) row.source_line = line_->Int32(i);
        return row;
    }

  private:
    ColumnView row_, message_, extras_, ts_, level_, task_;
    std::optional<ColumnView> logger_, file_, line_;
};

/// One scan; what all kinds share.
class Scanning {
  public:
    Scanning(Rows& rows, const ScanQuery& query, const TakeMatch& take, int64_t& rows_scanned)
        : rows_(rows), query_(query), take_(take), rows_scanned_(rows_scanned) {}

    /// Of rows that DuckDB has found to match.
    bool Numbers() {
        while (rows_.Next()) {
            if (!Begin()) return false;
            const ColumnView number = rows_.column(0);
            for (size_t i = 0; i < rows_.size(); ++i)
                if (!take_({.kind = query_.kind, .row = number.Int64(i)}, {})) return false;
        }
        return true;
    }

    bool Logs() {
        const bool all_columns = rows_.ColumnCount() > 6;
        while (rows_.Next()) {
            if (!Begin()) return false;
            const LogRows logs(rows_, all_columns);
            for (size_t i = 0; i < rows_.size(); ++i)
                if (!Offer(logs.At(i))) return false;
        }
        return true;
    }

    bool Errors() {
        std::vector<model::ErrorRow> slice;
        while (rows_.Next()) {
            if (!Begin()) return false;
            TakeErrors(rows_, slice);
            for (const model::ErrorRow& row : slice)
                if (!Offer(SearchRowOf(row))) return false;
        }
        return true;
    }

    bool Data() {
        const TermMatcher* first = query_.matcher.FirstTerm();
        DataCursor cursor(rows_);
        std::vector<bool> may_match;
        while (rows_.Next()) {
            if (!Begin()) return false;
            cursor.Begin();
            if (first != nullptr) cursor.MayMatch(*first, may_match);
            for (size_t i = 0; i < rows_.size(); ++i)
                if ((first == nullptr || may_match[i]) && !Offer(SearchRowOf(cursor.At(i)))) return false;
        }
        return true;
    }

  private:
    bool Begin() {
        rows_scanned_ += static_cast<int64_t>(rows_.size());
        return !query_.stop.stop_requested();
    }
    bool Offer(const SearchRow& row) {
        MatchedText matched;
        return !query_.matcher.Match(query_.phase, row, texts_, &matched) || take_(row, matched);
    }

    Rows& rows_;
    const ScanQuery& query_;
    const TakeMatch& take_;
    int64_t& rows_scanned_;
    RowTexts texts_;
};

// Levels and tasks of logs are DuckDB's to find.
bool FoundByDatabase(const ScanQuery& query) {
    const RowQuery& asked = query.matcher.query();
    return query.numbers_only && query.kind == model::RecordKind::kLog && asked.terms.empty() && asked.fields.empty();
}

std::string ColumnsFor(const ScanQuery& query) {
    if (FoundByDatabase(query)) return "_row";
    if (query.kind == model::RecordKind::kError) return std::string(kErrorSelect);
    if (query.kind != model::RecordKind::kLog) return "*";
    return std::string(kLogColumns) + std::string(query.matcher.query().fields.empty() ? "" : kLogColumnsToo);
}

// What DuckDB can rule out by itself, by its statistics too. Asking for the rows that are all there costs as well.
std::string Where(const ScanQuery& query, bool whole_chunk, const MatchCall* match) {
    std::string where = whole_chunk ? " WHERE true" : " WHERE _row >= ? AND _row < ?";
    const RowQuery& asked = query.matcher.query();
    if (query.kind == model::RecordKind::kLog && !asked.levels.empty()) {
        where += " AND level IN (";
        for (const model::Level level : asked.levels) where += fmt::format("'{}',", model::Name(level));
        where.back() = ')';
    }
    if (query.kind <= model::RecordKind::kError && asked.task && query.phase != *asked.task)
        where += " AND task_id = " + Quoted(*asked.task);
    if (match != nullptr) where += " AND " + match->Sql();
    return where;
}

int64_t RowsWithin(RowRange range, const store::Chunk& chunk) {
    const int64_t end = std::min(EndOf(range), chunk.first_row + chunk.rows);
    return std::max<int64_t>(0, end - std::max(range.first, chunk.first_row));
}

bool Covers(RowRange range, const store::Chunk& chunk) {
    return range.first <= chunk.first_row && EndOf(range) >= chunk.first_row + chunk.rows;
}

}  // namespace

// Of logs, DuckDB reads only what a look at the bytes of the file leaves over.
bool ChunkScan::Run(const store::Chunk& chunk, RowRange range, const ScanQuery& query, const TakeMatch& take,
                    int64_t& rows_scanned, SieveLuck& luck) {
    const TermMatcher* first = query.matcher.FirstTerm();
    std::optional<std::vector<RowRange>> parts;
    if (query.kind == model::RecordKind::kLog && first != nullptr)
        parts = Sieve(files_.Open(chunk), chunk, range, *first, query.stop, luck);
    if (!parts) return RunPart(chunk, range, query, take, rows_scanned);
    const int64_t before = rows_scanned;
    for (const RowRange& part : *parts)
        if (!RunPart(chunk, part, query, take, rows_scanned)) return false;
    rows_scanned = std::max(rows_scanned, before + RowsWithin(range, chunk));  // those that were left out are looked at
    return !query.stop.stop_requested();
}

bool ChunkScan::RunPart(const store::Chunk& chunk, RowRange range, const ScanQuery& query, const TakeMatch& take,
                        int64_t& rows_scanned) {
    const std::string file = FileOf(files_, chunk);
    const bool whole = Covers(range, chunk);
    std::optional<MatchCall> match;
    if (query.kind == model::RecordKind::kLog && query.matcher.FirstTerm() != nullptr)
        match.emplace(*query.matcher.FirstTerm(), query.stop);
    int64_t rows_taken = 0;
    const bool more = NamingChunk(chunk, [&] {
        Connection connection = database_.Lend();
        Statement select(connection, fmt::format("SELECT {} {}{}", ColumnsFor(query), kFromChunk,
                                                 Where(query, whole, match ? &*match : nullptr)));
        select.Bind(1, file);
        if (!whole) select.Bind(2, range.first), select.Bind(3, EndOf(range));
        Rows rows = select.Run();
        Scanning scanning(rows, query, take, rows_taken);
        if (FoundByDatabase(query)) return scanning.Numbers();
        if (query.kind == model::RecordKind::kLog) return scanning.Logs();
        return query.kind == model::RecordKind::kError ? scanning.Errors() : scanning.Data();
    });
    rows_scanned += match ? match->rows_looked_at() : rows_taken;
    return more && !query.stop.stop_requested();
}

}  // namespace dagy::lake
