/// The outside service that a failure has to do with. knowledge/vendors.yaml.
#pragma once

#include <string>
#include <vector>

#include "diagnose/advise/template.h"
#include "diagnose/case_file.h"
#include "diagnose/finding.h"

namespace dagy::diagnose {

struct Vendor {
    std::string name;         ///< known vendor, else the host; empty: none is involved
    std::string destination;  ///< the thing over there: path, table, bucket, host and port
    std::string dashboard_url;
    std::string remediation;
    bool is_known = false;
};

Vendor FindVendor(const CaseFile& file, const TaskFinding* task, const Candidate& cause, const Words& words,
                  const std::vector<std::string>& conn_ids);

}  // namespace dagy::diagnose
