/// Objects as files in a folder of a local disk.
#pragma once

#include <filesystem>
#include <memory>

#include "objects/object_store.h"

namespace dagy::objects {

/// `root` is made if it is missing; `root/.tmp` holds unfinished files, and what a killed process left there is
/// cleared. Besides ObjectStore's, two rules of file systems hold for keys: a part is at most 255 bytes, and none
/// begins with `.tmp`. `url_secret` is the file (outside `root`, made when first needed, readable by its owner alone)
/// of the secret that signs URLs of the form `/objects/<key>?expires=<seconds>&signature=<hex>`; empty: no such URLs.
std::unique_ptr<ObjectStore> OpenFolder(const std::filesystem::path& root,
                                        const std::filesystem::path& url_secret = {});

}  // namespace dagy::objects
