/// All operations, and the way from a method and a path to one of them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api/route.h"

namespace dagy::api {

/// Filled once at the start, then read by many threads.
class RouteTable {
  public:
    /// Throws kInternal for an operation id or a method and path that is there already, or for path parameters that the
    /// template and the list of parameters do not share.
    void Add(Route route);
    const std::vector<Route>& routes() const { return routes_; }

    struct Match {
        const Route* route = nullptr;  ///< nullptr: no such path, or (`allowed` not empty) not with this method
        std::map<std::string, std::string> path_parameters;  ///< decoded
        std::vector<std::string> allowed;                    ///< methods of the path
        bool bad_escape = false;                             ///< the path holds a `%` that is no escape
    };

    /// `path` is still percent-encoded, so that an encoded slash stays inside its segment. HEAD finds what GET does.
    /// A literal segment wins over a parameter.
    Match Find(std::string_view method, std::string_view path) const;

    /// True if some route's path begins with this segment, literally.
    bool OwnsFirstSegment(std::string_view path) const;

  private:
    struct Entry {
        std::vector<std::string> segments;  ///< `{name}` for parameters
        size_t literals = 0;
    };

    std::vector<Route> routes_;
    std::vector<Entry> entries_;
};

}  // namespace dagy::api
