/// Objects as files in a folder of a local disk.
#pragma once

#include <filesystem>
#include <memory>

#include "objects/object_store.h"

namespace dagy::objects {

/// `root` is made if it is missing; `root/.tmp` holds unfinished files, and what a killed process left there is
/// cleared. Besides ObjectStore's, two rules of file systems hold for keys: a part is at most 255 bytes, and none
/// begins with `.tmp`.
std::unique_ptr<ObjectStore> OpenFolder(const std::filesystem::path& root);

}  // namespace dagy::objects
