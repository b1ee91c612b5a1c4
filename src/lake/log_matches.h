/// The rows of a row group of logs that fulfil a query. Columns are unpacked one after the other, each only if the ones
/// before leave rows over: the level, the task, the texts, and for what is found the rest.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lake/lake.h"
#include "lake/log_file.h"
#include "lake/scan_query.h"

namespace dagy::lake {

/// Owns what its rows are views of. Not thread-safe.
class LogMatches {
  public:
    /// Looks at the rows of the group that lie in `range`. Throws ThriftError.
    LogMatches(std::shared_ptr<const LogFile> file, const LogFile::Group& group, RowRange range,
               const ScanQuery& query);

    /// Hands them over in order; false if `take` had enough.
    bool Each(const TakeMatch& take) const;
    int64_t rows_looked_at() const { return rows_looked_at_; }

  private:
    struct Found {
        uint32_t row = 0;
        MatchedText matched;
    };
    using RowsWanted = std::vector<uint32_t>;

    void Select(RowRange range, const ScanQuery& query);
    void KeepLevels(const std::vector<model::Level>& levels, RowsWanted& rows);
    void KeepTask(std::string_view task, RowsWanted& rows);
    void KeepTexts(const TermMatcher& term, RowsWanted& rows);
    void Match(const ScanQuery& query, const RowsWanted& rows);
    void LoadTexts();
    void LoadRest(const ScanQuery& query);
    MatchedText Kept(const MatchedText& matched, const SearchRow& row);
    SearchRow RowAt(size_t row) const;
    TextColumn Texts(std::string_view column);

    std::shared_ptr<const LogFile> file_;
    const LogFile::Group* group_;
    model::RecordKind kind_;
    int64_t rows_looked_at_ = 0;
    std::optional<TextColumn> message_, extras_, level_, task_, logger_, source_file_;
    std::optional<NumberColumn> ts_, source_line_;
    std::vector<Found> found_;
    std::deque<std::string> made_;  ///< texts that are in no column as they are
};

}  // namespace dagy::lake
