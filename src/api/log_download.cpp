#include "api/log_download.h"

#include <memory>
#include <span>

#include "api/log_filter.h"
#include "lake/row_json.h"

namespace dagy::api {
namespace {

std::string Lines(std::span<const model::LogRow> rows, const LogFilter& filter) {
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
        const LogFilter filter(wanted.level, wanted.keyword);
        bool whole = true;
        lake.ReadLogs(wanted.ref, {}, [&](std::span<const model::LogRow> rows) {
            whole = !downloads.stopping() && WriteAtItsPace(writer, Lines(rows, filter));
            return whole;
        });
        whole ? writer.Close() : writer.Abort();
    });
}

}  // namespace dagy::api
