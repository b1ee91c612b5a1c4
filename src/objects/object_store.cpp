#include "objects/object_store.h"

#include "base/error.h"

namespace dagy::objects {

std::string ObjectStore::Presign(const std::string&, Time) {
    throw Error(ErrorCode::kUnavailable, "this object store makes no download URLs");
}

bool ObjectStore::Honours(const std::string&, int64_t, std::string_view) {
    return false;
}

}  // namespace dagy::objects
