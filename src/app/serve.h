/// `dagy serve`: the server, from taking the data folder's lock to letting go of it.
#pragma once

#include "base/time.h"
#include "cli/cli.h"

namespace dagy::app {

/// Serves until SIGINT or SIGTERM. Prints the address on standard output; the ids, password and key of a first start on
/// standard error. Throws kLocked (names the first one's pid) where another server has the data folder, kConflict where
/// the port is taken.
int Serve(const cli::ServeOptions& options, const Clock& clock);

/// A link that signs in once at the server at `url`.
std::string SignInLink(const std::string& url, const Clock& clock);

}  // namespace dagy::app
