#include "api/metrics.h"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

namespace dagy::api {
namespace {

int64_t ResidentBytes() {
    std::ifstream statm("/proc/self/statm");
    int64_t pages = 0, resident = 0;
    statm >> pages >> resident;
    return resident * sysconf(_SC_PAGESIZE);
}

}  // namespace

void Metrics::Answered(const std::string& operation, int status, std::chrono::nanoseconds took) {
    const double seconds = std::chrono::duration<double>(took).count();
    const std::lock_guard lock(mutex_);
    Operation& counted = operations_[operation.empty() ? "none" : operation];
    ++counted.by_status[status];
    ++counted.count;
    counted.seconds += seconds;
    for (size_t i = 0; i < kBoundsMs.size(); ++i) counted.within[i] += seconds * 1000 <= kBoundsMs[i];
}

std::string Metrics::Text(size_t open_streams, size_t open_searches) const {
    std::string text;
    const auto out = std::back_inserter(text);
    const std::lock_guard lock(mutex_);
    fmt::format_to(out,
                   "# HELP dagy_http_requests_total Answered requests.\n# TYPE dagy_http_requests_total counter\n");
    for (const auto& [name, operation] : operations_) {
        for (const auto& [status, count] : operation.by_status) {
            fmt::format_to(out, "dagy_http_requests_total{{operation=\"{}\",status=\"{}\"}} {}\n", name, status, count);
        }
    }
    fmt::format_to(out,
                   "# HELP dagy_http_request_seconds Time to an answer, or to the head of a stream.\n# TYPE "
                   "dagy_http_request_seconds histogram\n");
    for (const auto& [name, operation] : operations_) {
        for (size_t i = 0; i < kBoundsMs.size(); ++i) {
            fmt::format_to(out, "dagy_http_request_seconds_bucket{{operation=\"{}\",le=\"{}\"}} {}\n", name,
                           kBoundsMs[i] / 1000.0, operation.within[i]);
        }
        fmt::format_to(out, "dagy_http_request_seconds_bucket{{operation=\"{}\",le=\"+Inf\"}} {}\n", name,
                       operation.count);
        fmt::format_to(out, "dagy_http_request_seconds_sum{{operation=\"{}\"}} {}\n", name, operation.seconds);
        fmt::format_to(out, "dagy_http_request_seconds_count{{operation=\"{}\"}} {}\n", name, operation.count);
    }
    fmt::format_to(out,
                   "# HELP dagy_event_streams_open Event streams open now.\n# TYPE dagy_event_streams_open "
                   "gauge\ndagy_event_streams_open {}\n",
                   open_streams);
    fmt::format_to(out,
                   "# HELP dagy_searches_open Searches that wait or run now.\n# TYPE dagy_searches_open "
                   "gauge\ndagy_searches_open {}\n",
                   open_searches);
    fmt::format_to(out,
                   "# HELP process_resident_memory_bytes Memory of the process.\n# TYPE process_resident_memory_bytes "
                   "gauge\nprocess_resident_memory_bytes {}\n",
                   ResidentBytes());
    return text;
}

}  // namespace dagy::api
