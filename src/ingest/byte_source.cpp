#include "ingest/byte_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/error.h"

namespace dagy::ingest {

size_t TextSource::Read(char* into, size_t bytes_max) {
    const size_t bytes = std::min(bytes_max, rest_.size());
    rest_.copy(into, bytes);  // nothing of nothing is allowed here, unlike with memcpy
    rest_.remove_prefix(bytes);
    return bytes;
}

FileSource::FileSource(const std::filesystem::path& file, std::string name) : name_(std::move(name)) {
    // Our callers read in blocks of their own; a second buffer would only copy.
    file_.rdbuf()->pubsetbuf(nullptr, 0);
    file_.open(file, std::ios::binary);
    if (!file_)
        throw Error(ErrorCode::kNotFound, fmt::format("{} cannot be opened", name_),
                    "check that it is there and readable");
}

size_t FileSource::Read(char* into, size_t bytes_max) {
    file_.read(into, static_cast<std::streamsize>(bytes_max));
    if (file_.bad())
        throw Error(ErrorCode::kStorage, fmt::format("{} cannot be read", name_), "check the disk, then import again");
    return static_cast<size_t>(file_.gcount());
}

}  // namespace dagy::ingest
