/// Whose code a frame of a stack trace is in: the user's, or that of a library, the language or the orchestrator.
#pragma once

#include <string_view>

namespace dagy::lake {

/// A Python file that is not Python's own, a package's, Airflow's or Spark's.
bool IsUserFile(std::string_view file);

/// `pkg.Class.method` of a Java or Scala frame that is not in a well-known library.
bool IsUserMethod(std::string_view method);

}  // namespace dagy::lake
