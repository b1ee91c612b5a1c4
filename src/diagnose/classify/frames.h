/// What the place where an exception was raised says about it.
#pragma once

#include <string_view>

#include "diagnose/reading.h"

namespace dagy::diagnose {

/// Raised while text, a date, JSON, CSV … was parsed.
bool RaisedByParser(const Exception& exception);
/// Raised by a look-up in `os.environ`.
bool RaisedByEnvironment(const Exception& exception);
/// Raised by a database driver.
bool RaisedByDatabase(const Exception& exception);
/// Raised while tidying up: a name that was never bound, a handle that was never opened, a scratch file that was never
/// written.
bool RaisedByCleanUp(const Exception& exception);
/// The last frame is the user's own code (or there are no frames).
bool RaisedByUser(const Exception& exception);
/// A path of data that somebody delivers: dated, or in a place for input.
bool IsInputPath(std::string_view path);

}  // namespace dagy::diagnose
