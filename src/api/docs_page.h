/// `/docs`: every operation on one page, nothing loaded from elsewhere.
#pragma once

#include <string>

#include "api/route_table.h"

namespace dagy::api {

struct DocsPage {
    std::string html;
    std::string content_security_policy;  ///< allows the page's own style and nothing else
};

DocsPage MakeDocsPage(const RouteTable& table, const std::string& version);

}  // namespace dagy::api
