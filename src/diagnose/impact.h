/// Whom a failure took along. Pure.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "diagnose/case_file.h"
#include "diagnose/finding.h"

namespace dagy::diagnose {

struct Impact {
    int64_t failed_tasks = 0, upstream_failed_tasks = 0;
    int64_t downstream_tasks = 0;            ///< behind the roots in the graph, run or not
    double fraction_of_dag = 0;              ///< of the dag's tasks: those that failed or did not run because of it
    std::vector<std::string> affected_dags;  ///< this one first
    std::vector<std::string> affected_assets;
    struct Consumer {
        std::string dag_id, run_id, via;
    };
    std::vector<Consumer> consumers;  ///< runs of other dags behind this one
    bool is_amplifier = false;
    std::string amplifier;  ///< how; empty if it is none
};

Impact FindImpact(const CaseFile& file, const Findings& findings);

}  // namespace dagy::diagnose
