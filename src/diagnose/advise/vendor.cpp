#include "diagnose/advise/vendor.h"

#include <fmt/format.h>

#include "base/error.h"
#include "diagnose/advise/yaml.h"
#include "diagnose/code_place.h"
#include "diagnose/knowledge_files.h"

namespace dagy::diagnose {
namespace {

const json::array& Table() {
    static const json::value table = ParseYaml(knowledge_files::Get("vendors.yaml"), "vendors.yaml");
    if (!table.is_array()) throw Error(ErrorCode::kInvalidInput, "vendors.yaml is not a list");
    return table.as_array();
}

template <class Test>
bool Any(const json::object& vendor, const char* member, Test test) {
    const auto* list = GetArray(vendor, member);
    if (list == nullptr) return false;
    for (const auto& one : *list) {
        if (test(std::string_view(one.as_string()))) return true;
    }
    return false;
}

bool HostEndsWith(std::string_view host, std::string_view ending) {
    return host == ending || (host.ends_with(ending) && host[host.size() - ending.size() - 1] == '.');
}

/// Only what talks to somebody else has a vendor: a KeyError in a task that also imports boto3 has none.
bool MayHaveVendor(const std::string& code) {
    for (const char* family : {"NETWORK_",
                               "HTTP_",
                               "AUTH_",
                               "DATABASE_",
                               "SQL_",
                               "SPARK_",
                               "DBT_",
                               "DATA_DUPLICATE",
                               "DATA_NULL",
                               "DATA_FOREIGN",
                               "DATA_OUT_OF_RANGE",
                               "STORAGE_OBJECT",
                               "STORAGE_BUCKET",
                               "RESOURCE_QUOTA",
                               "DEPENDENCY_PACKAGE",
                               "PLATFORM_IMAGE",
                               "PLATFORM_POD",
                               "CONFIG_INVALID",
                               "DATA_QUALITY",
                               "DEPENDENCY_VERSION"}) {
        if (code.starts_with(family)) return true;
    }
    return false;
}

/// This very machine is nobody's service.
bool IsLoopback(std::string_view host) {
    return host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "::1" ||
           host == "[::1]" || host == "0.0.0.0";
}

std::string ConnType(const CaseFile& file, const std::vector<std::string>& conn_ids) {
    const auto connections = file.facts.find("connection");
    if (connections == file.facts.end() || conn_ids.empty()) return {};
    for (const auto& fact : connections->second) {
        if (fact.key == conn_ids.front()) return StringOr(fact.body, "conn_type");
    }
    return {};
}

bool PackageMatches(const TaskFinding* task, const Candidate& cause, std::string_view package) {
    if (package.find('/') == std::string_view::npos && cause.exception_class.starts_with(std::string(package) + "."))
        return true;
    const Reading* reading = task ? ReadingOf(*task, cause) : nullptr;
    const ExceptionChain* chain = reading ? ChainOf(*reading, cause) : nullptr;
    if (chain == nullptr) return false;
    const std::string folder =
        package.find('/') == std::string_view::npos ? fmt::format("/{}/", package) : std::string(package);
    for (const auto& exception : chain->exceptions) {
        if (package.find('/') == std::string_view::npos && exception.type.starts_with(std::string(package) + "."))
            return true;
        for (const auto& frame : exception.frames) {
            if (!frame.is_user_code && (frame.file.find(folder) != std::string::npos)) return true;
        }
    }
    return false;
}

std::string Word(const Words& words, std::string_view name) {
    const auto word = words.find(name);
    return word == words.end() ? std::string() : word->second;
}

std::string Destination(const Words& words) {
    for (const auto* name : {"url", "table", "bucket", "image"}) {
        if (const auto word = Word(words, name); !word.empty()) return word;
    }
    const std::string host = Word(words, "host"), port = Word(words, "port"), path = Word(words, "url_path");
    if (host.empty()) return Word(words, "database");
    return fmt::format("{}{}{}", host, port.empty() ? "" : ":" + port, path);
}

}  // namespace

Vendor FindVendor(const CaseFile& file, const TaskFinding* task, const Candidate& cause, const Words& words,
                  const std::vector<std::string>& conn_ids) {
    Vendor found;
    if (!MayHaveVendor(cause.code)) return found;
    const std::string host = Word(words, "host");
    const std::string conn_type = ConnType(file, conn_ids);
    const json::object* match = nullptr;
    const auto look = [&](auto test) {
        for (const auto& row : Table()) {
            if (match == nullptr && test(row.as_object())) match = &row.as_object();
        }
    };
    look([&](const json::object& vendor) {
        return !host.empty() && Any(vendor, "hosts", [&](std::string_view h) { return HostEndsWith(host, h); });
    });
    look([&](const json::object& vendor) {
        return !conn_type.empty() && Any(vendor, "conn_types", [&](std::string_view t) { return t == conn_type; });
    });
    look([&](const json::object& vendor) {
        return Any(vendor, "packages", [&](std::string_view p) { return PackageMatches(task, cause, p); });
    });
    if (match != nullptr) {
        found.name = StringOr(*match, "name");
        found.dashboard_url = StringOr(*match, "dashboard");
        found.remediation = StringOr(*match, "remediation");
        found.is_known = true;
    } else if (!host.empty() && !IsLoopback(host)) {
        found.name = host;
    }
    if (!found.name.empty()) found.destination = Destination(words);
    return found;
}

}  // namespace dagy::diagnose
