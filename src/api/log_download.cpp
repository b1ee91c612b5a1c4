#include "api/log_download.h"

#include <memory>
#include <span>

#include "lake/row_json.h"
#include "lake/text_pattern.h"

namespace dagy::api {
namespace {

class LineFilter {
  public:
    explicit LineFilter(const LogDownload& wanted) : level_(wanted.level) {
        if (wanted.keyword) pattern_.emplace(*wanted.keyword);
    }
    bool Passes(const model::LogRow& row) const {
        return (!level_ || row.level == *level_) && (!pattern_ || pattern_->In(row.message));
    }

  private:
    std::optional<model::Level> level_;
    std::optional<lake::TextPattern> pattern_;
};

std::string Lines(std::span<const model::LogRow> rows, const LineFilter& filter) {
    std::string lines;
    for (const model::LogRow& row : rows) {
        if (!filter.Passes(row)) continue;
        lines += json::serialize(lake::ToItem(row));
        lines += '\n';
    }
    return lines;
}

}  // namespace

net::Response DownloadLogs(lake::Lake& lake, DownloadPool& downloads, const LogDownload& wanted) {
    lake.ReadLogs(wanted.ref, {.first = 0, .count = 1}, [](std::span<const model::LogRow>) { return false; });
    return downloads.Answer("application/x-ndjson", [&lake, &downloads, wanted](net::StreamWriter& writer) {
        const LineFilter filter(wanted);
        bool whole = true;
        lake.ReadLogs(wanted.ref, {}, [&](std::span<const model::LogRow> rows) {
            whole = !downloads.stopping() && WriteAtItsPace(writer, Lines(rows, filter));
            return whole;
        });
        whole ? writer.Close() : writer.Abort();
    });
}

}  // namespace dagy::api
