/// What the place where an exception was raised says about it.
#pragma once

#include <string_view>

#include "diagnose/reading.h"

namespace dagy::diagnose {

/// Raised while text, a date, JSON, CSV … was parsed.
bool RaisedByParser(const Exception& exception);
/// Raised by a look-up in `os.environ`.
bool RaisedByEnvironment(const Exception& exception);
/// Raised while the value of a setting (an Airflow Variable, a connection, the environment) was read or converted.
bool RaisedBySetting(const Exception& exception);
/// Raised by the user's own code as a class of its own, by its bare name: such a name may equal a driver's.
bool RaisedAsOwnClass(const Exception& exception);
/// Raised while a connection was being opened.
bool RaisedByConnect(const Exception& exception);
/// Raised while a lock on a file was asked for.
bool RaisedByLock(const Exception& exception);
/// Raised by waiting for work of its own in another thread or process.
bool RaisedByFuture(const Exception& exception);
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
