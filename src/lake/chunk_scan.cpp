#include "lake/chunk_scan.h"

#include <fmt/format.h>

#include <algorithm>

#include "lake/chunk_query.h"
#include "lake/data_cursor.h"
#include "lake/error_table.h"
#include "lake/log_table.h"
#include "lake/pieces.h"
#include "lake/term_matcher.h"

namespace dagy::lake {
namespace {

/// One scan; what all kinds share.
class Scanning {
  public:
    Scanning(Rows& rows, const ScanQuery& query, const TakeMatch& take, int64_t& rows_scanned)
        : rows_(rows), query_(query), take_(take), rows_scanned_(rows_scanned) {}

    bool Logs() {
        std::vector<model::LogRow> slice;
        while (rows_.Next()) {
            if (!Begin()) return false;
            TakeLogs(rows_, slice);
            for (const model::LogRow& row : slice)
                if (!Offer(SearchRowOf(row))) return false;
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

std::string_view ColumnsFor(model::RecordKind kind) {
    if (kind == model::RecordKind::kLog) return kLogSelect;
    return kind == model::RecordKind::kError ? kErrorSelect : std::string_view("*");
}

// What DuckDB can rule out by itself, by its statistics too. Asking for the rows that are all there costs as well.
std::string Where(const ScanQuery& query, bool whole_chunk) {
    std::string where = whole_chunk ? " WHERE true" : " WHERE _row >= ? AND _row < ?";
    const RowQuery& asked = query.matcher.query();
    if (query.kind <= model::RecordKind::kError && asked.task && query.phase != *asked.task)
        where += " AND task_id = " + Quoted(*asked.task);
    return where;
}

bool Covers(RowRange range, const store::Chunk& chunk) {
    return range.first <= chunk.first_row && EndOf(range) >= chunk.first_row + chunk.rows;
}

}  // namespace

bool ChunkScan::Run(const store::Chunk& chunk, RowRange range, const ScanQuery& query, const TakeMatch& take,
                    int64_t& rows_scanned) {
    const std::vector<ScanPart> parts = PartsOf(chunk, {&range, 1}, query.kind, PageMemory::Make());
    return std::ranges::all_of(
        parts, [&](const ScanPart& part) { return Take(part, Look(part, query), query, take, rows_scanned); });
}

std::vector<ScanPart> ChunkScan::PartsOf(const store::Chunk& chunk, std::span<const RowRange> ranges,
                                         model::RecordKind kind, const std::shared_ptr<PageMemory>& memory) {
    std::vector<ScanPart> parts;
    if (ranges.empty()) return parts;
    std::shared_ptr<const LogFile> file;
    try {
        if (kind == model::RecordKind::kLog) file = std::make_shared<const LogFile>(files_.Open(chunk), chunk, memory);
    } catch (const ThriftError&) {  // what we cannot read, DuckDB may
    }
    for (const RowRange& range : ranges) {
        if (!file) parts.push_back({&chunk, range, nullptr, 0});
        for (size_t i = 0; file && i < file->groups().size(); ++i) {
            const LogFile::Group& group = file->groups()[i];
            const int64_t first = std::max(range.first, group.first_row);
            const int64_t end = std::min(EndOf(range), group.first_row + group.rows);
            if (first < end) parts.push_back({&chunk, {first, end - first}, file, i});
        }
    }
    return parts;
}

std::optional<LogMatches> ChunkScan::Look(const ScanPart& part, const ScanQuery& query) const {
    if (!part.file) return std::nullopt;
    try {
        return NamingChunk(*part.chunk,
                           [&] { return LogMatches(part.file, part.file->groups()[part.group], part.range, query); });
    } catch (const ThriftError&) {
        return std::nullopt;
    }
}

bool ChunkScan::Take(const ScanPart& part, const std::optional<LogMatches>& matches, const ScanQuery& query,
                     const TakeMatch& take, int64_t& rows_scanned) {
    if (!matches) return RunByDatabase(*part.chunk, part.range, query, take, rows_scanned);
    rows_scanned += matches->rows_looked_at();
    return matches->Each(take) && !query.stop.stop_requested();
}

bool ChunkScan::RunByDatabase(const store::Chunk& chunk, RowRange range, const ScanQuery& query, const TakeMatch& take,
                              int64_t& rows_scanned) {
    const std::string file = FileOf(files_, chunk);
    const bool whole = Covers(range, chunk);
    const bool more = NamingChunk(chunk, [&] {
        Connection connection = database_.Lend();
        Statement select(connection,
                         fmt::format("SELECT {} {}{}", ColumnsFor(query.kind), kFromChunk, Where(query, whole)));
        select.Bind(1, file);
        if (!whole) select.Bind(2, range.first), select.Bind(3, EndOf(range));
        Rows rows = select.Run();
        Scanning scanning(rows, query, take, rows_scanned);
        if (query.kind == model::RecordKind::kLog) return scanning.Logs();
        return query.kind == model::RecordKind::kError ? scanning.Errors() : scanning.Data();
    });
    return more && !query.stop.stop_requested();
}

}  // namespace dagy::lake
