/// The command line: `dagy COMMAND`. Works on the local store, or on the server at DAGY_API_URL; same commands, same
/// output.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "cli/connection.h"

namespace dagy::cli {

struct ServeOptions {
    std::string host = "127.0.0.1";
    uint16_t port = 8000;
};

struct ImportOptions {
    std::string path;
    std::function<void(const std::string& text)> progress;  ///< one line of where it stands
};

/// What main wires in: the concrete parts that a command may need, made only when it does.
struct Environment {
    std::string version;
    std::function<std::unique_ptr<Connection>()> local;
    /// Takes an Airflow export into the local store; counts for the table and for JSON.
    std::function<json::object(const ImportOptions&)> import_airflow;
    /// Serves until a signal; the exit code.
    std::function<int(const ServeOptions&)> serve;
    /// A link that signs in once, for the server at `url` over the local store.
    std::function<std::string(const std::string& url)> sign_in_link;
};

/// Exit codes of local.md: 0 ok, 1 failed, 2 usage, 3 auth, 4 unreachable, 5 not found, 6 conflict. Errors go to
/// standard error as `error: …` and `hint: …`.
int Run(int argc, char** argv, const Environment& environment);

}  // namespace dagy::cli
