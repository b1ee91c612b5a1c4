#include "cli/tar_unpack.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/error.h"

namespace dagy::cli {
namespace {

bool StaysInside(std::string_view name) {
    if (name.empty() || name.starts_with('/')) return false;
    while (!name.empty()) {
        const std::string_view part = name.substr(0, name.find('/'));
        if (part.empty() || part == "." || part == "..") return false;
        name.remove_prefix(std::min(name.size(), part.size() + 1));
    }
    return true;
}

[[noreturn]] void ThrowUnwritten(const std::filesystem::path& path, int why) {
    const bool full = why == ENOSPC || why == EDQUOT || why == EFBIG;
    throw Error(full ? ErrorCode::kStorageFull : ErrorCode::kStorage,
                fmt::format("cannot write {}: {}", path.string(), std::strerror(why)),
                "the copy is not complete; delete it and try again");
}

}  // namespace

void TarUnpack::Take(std::string_view bytes) {
    try {
        tar_.Feed(bytes);
    } catch (const Error& failed) {
        if (failed.code() != ErrorCode::kBadRequest) throw;
        throw Error(ErrorCode::kStorage, failed.detail(), failed.hint());  // the server's fault, not the caller's
    }
}

void TarUnpack::Begin(const TarMember& member) {
    if (member.type != '0' || !StaysInside(member.path))
        throw Error(ErrorCode::kStorage, fmt::format("the archive names a file '{}'", member.path));
    const std::filesystem::path path = folder_ / member.path;
    std::error_code failed;
    std::filesystem::create_directories(path.parent_path(), failed);
    if (failed) ThrowUnwritten(path.parent_path(), failed.value());
    file_.reset(std::fopen(path.c_str(), "wbx"));
    if (file_ == nullptr) ThrowUnwritten(path, errno);
    name_ = path.string();
}

void TarUnpack::Bytes(std::string_view bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) ThrowUnwritten(name_, errno);
    bytes_ += static_cast<int64_t>(bytes.size());
}

void TarUnpack::End() {
    if (std::fclose(file_.release()) != 0) ThrowUnwritten(name_, errno);
    ++files_;
}

}  // namespace dagy::cli
