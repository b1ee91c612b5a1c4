/// Hits and the groups that they form.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "model/record.h"

namespace dagy::search {

/// One row that fulfils a query, ready to be shown and opened.
struct Hit {
    std::string signature;  ///< of its group
    std::string dag_id, deployment, date, run_id;
    std::string phase;
    int attempt = 1;
    model::RecordKind kind = model::RecordKind::kLog;
    int64_t row = 0;
    std::optional<Time> ts;
    std::optional<model::Level> level;
    std::string task_id;
    std::string field;
    std::string snippet;
    std::vector<std::pair<size_t, size_t>> highlights;  ///< code points of `snippet`
};

/// Hits of one cause, over all runs.
struct Group {
    std::string signature;
    std::string title;
    model::RecordKind kind = model::RecordKind::kLog;
    std::optional<model::Level> level;  ///< the highest; errors have ERROR
    int64_t hits = 0;
    int64_t runs = 0;
    int64_t dags = 0;
    std::optional<Time> first_seen, last_seen;
    Hit example;  ///< of the newest run
};

/// Best first: errors, then log lines by level (ERROR and above, WARNING, the rest), then data; of equals the group of
/// more runs, of more hits, seen last.
bool RanksBefore(const Group& a, const Group& b);

/// "this error in 37 runs of 4 dags since Tuesday": the one place where that is said.
std::string Summary(const Group& group, Time now);

}  // namespace dagy::search
