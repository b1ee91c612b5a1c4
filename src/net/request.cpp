#include "net/http.h"

namespace dagy::net {

namespace {

std::optional<std::string> Find(const std::vector<std::pair<std::string, std::string>>& pairs, std::string_view name) {
    for (const auto& [key, value] : pairs) {
        if (key == name) return value;
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> Request::Header(std::string_view lower_case_name) const {
    return Find(headers, lower_case_name);
}

std::optional<std::string> Request::Query(std::string_view name) const {
    return Find(query, name);
}

}  // namespace dagy::net
