/// The web page's files, embedded in the binary by the build.
#pragma once

#include "api/static_files.h"

namespace dagy::app {

/// Empty where the page was not built.
api::StaticFiles UiFiles();

}  // namespace dagy::app
