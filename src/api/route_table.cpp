#include "api/route_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/error.h"

namespace dagy::api {
namespace {

std::vector<std::string> Split(std::string_view path) {
    std::vector<std::string> segments;
    if (path.starts_with('/')) path.remove_prefix(1);
    while (true) {
        const size_t end = path.find('/');
        segments.emplace_back(path.substr(0, end));
        if (end == std::string_view::npos) return segments;
        path.remove_prefix(end + 1);
    }
}

bool IsParameter(std::string_view segment) {
    return segment.starts_with('{');
}
std::string_view ParameterName(std::string_view segment) {
    return segment.substr(1, segment.size() - 2);
}

/// Decoded values where the path fits the template; an empty segment fits no parameter.
bool Fits(const std::vector<std::string>& wanted, const std::vector<std::string>& sent,
          const std::vector<std::optional<std::string>>& decoded) {
    if (wanted.size() != sent.size()) return false;
    for (size_t i = 0; i < wanted.size(); ++i) {
        if (IsParameter(wanted[i]) ? sent[i].empty() : decoded[i] != wanted[i]) return false;
    }
    return true;
}

void CheckParameters(const Route& route, const std::vector<std::string>& segments) {
    std::multiset<std::string> in_template;
    for (const std::string& segment : segments) {
        if (IsParameter(segment)) in_template.emplace(ParameterName(segment));
    }
    std::multiset<std::string> in_list;
    for (const Parameter& parameter : route.parameters) {
        if (parameter.in == In::kPath) in_list.insert(parameter.name);
    }
    if (in_template != in_list) {
        throw Error(ErrorCode::kInternal, "a bug", {},
                    fmt::format("{}: path parameters differ from its template", route.operation_id));
    }
}

}  // namespace

void RouteTable::Add(Route route) {
    for (const Route& other : routes_) {
        if (other.operation_id == route.operation_id || (other.method == route.method && other.path == route.path)) {
            throw Error(ErrorCode::kInternal, "a bug", {},
                        fmt::format("operation {} is there twice", route.operation_id));
        }
    }
    Entry entry{.segments = Split(route.path)};
    CheckParameters(route, entry.segments);
    entry.literals = static_cast<size_t>(
        std::ranges::count_if(entry.segments, [](const std::string& s) { return !IsParameter(s); }));
    routes_.push_back(std::move(route));
    entries_.push_back(std::move(entry));
}

RouteTable::Match RouteTable::Find(std::string_view method, std::string_view path) const {
    Match match;
    const std::vector<std::string> sent = Split(path);
    std::vector<std::optional<std::string>> decoded;
    for (const std::string& segment : sent) {
        decoded.push_back(net::PercentDecode(segment));
        if (!decoded.back()) match.bad_escape = true;
    }
    if (match.bad_escape) return match;

    const std::string_view wanted_method = method == "HEAD" ? "GET" : method;
    size_t best = entries_.size();
    for (size_t i = 0; i < entries_.size(); ++i) {
        if (!Fits(entries_[i].segments, sent, decoded)) continue;
        match.allowed.push_back(routes_[i].method);
        if (routes_[i].method != wanted_method) continue;
        if (best == entries_.size() || entries_[i].literals > entries_[best].literals) best = i;
    }
    if (best == entries_.size()) return match;
    match.route = &routes_[best];
    for (size_t i = 0; i < sent.size(); ++i) {
        const std::string& segment = entries_[best].segments[i];
        if (IsParameter(segment)) match.path_parameters[std::string(ParameterName(segment))] = *decoded[i];
    }
    return match;
}

bool RouteTable::OwnsFirstSegment(std::string_view path) const {
    const std::string first = Split(path).front();
    return std::ranges::any_of(entries_,
                               [&](const Entry& entry) { return !first.empty() && entry.segments.front() == first; });
}

}  // namespace dagy::api
