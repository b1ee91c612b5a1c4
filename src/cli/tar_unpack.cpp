#include "cli/tar_unpack.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "base/error.h"

namespace dagy::cli {
namespace {

constexpr size_t kBlock = 512;

[[noreturn]] void ThrowBroken() {
    throw Error(ErrorCode::kStorage, "what came is not a whole archive", "try again");
}

int64_t Octal(std::string_view field) {
    int64_t number = 0;
    const auto [end, failed] = std::from_chars(field.data(), field.data() + field.size(), number, 8);
    if (failed != std::errc{} || number < 0) ThrowBroken();
    return number;
}

std::string_view Text(std::string_view field) {
    return field.substr(0, field.find('\0'));
}

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
    while (!bytes.empty() && !ended_) {
        if (left_ > 0) {
            Content(bytes);
        } else if (padding_ > 0) {
            const size_t skipped = std::min(bytes.size(), static_cast<size_t>(padding_));
            bytes.remove_prefix(skipped);
            padding_ -= static_cast<int64_t>(skipped);
        } else {
            const size_t taken = std::min(bytes.size(), kBlock - block_.size());
            block_.append(bytes.substr(0, taken));
            bytes.remove_prefix(taken);
            if (block_.size() < kBlock) return;
            Head(block_);
            block_.clear();
        }
    }
}

void TarUnpack::Head(std::string_view block) {
    if (std::ranges::all_of(block, [](char c) { return c == '\0'; })) {
        ended_ = true;
        return;
    }
    if (block.substr(257, 5) != "ustar") ThrowBroken();
    left_ = Octal(Text(block.substr(124, 12)));
    padding_ = (512 - left_ % 512) % 512;
    in_long_name_ = block[156] == 'L';
    if (in_long_name_) {
        if (left_ > 4096) ThrowBroken();
        long_name_.clear();
        return;
    }
    if (block[156] != '0') ThrowBroken();
    OpenFile(long_name_.empty() ? std::string(Text(block.substr(0, 100))) : std::string(Text(long_name_)));
    long_name_.clear();
    if (left_ == 0) EndMember();
}

void TarUnpack::OpenFile(const std::string& name) {
    if (!StaysInside(name)) throw Error(ErrorCode::kStorage, fmt::format("the archive names a file '{}'", name));
    const std::filesystem::path path = folder_ / name;
    std::error_code failed;
    std::filesystem::create_directories(path.parent_path(), failed);
    if (failed) ThrowUnwritten(path.parent_path(), failed.value());
    file_.reset(std::fopen(path.c_str(), "wbx"));
    if (file_ == nullptr) ThrowUnwritten(path, errno);
    name_ = path.string();
}

void TarUnpack::Content(std::string_view& bytes) {
    const std::string_view part = bytes.substr(0, static_cast<size_t>(left_));
    if (in_long_name_)
        long_name_ += part;
    else if (std::fwrite(part.data(), 1, part.size(), file_.get()) != part.size())
        ThrowUnwritten(name_, errno);
    bytes.remove_prefix(part.size());
    left_ -= static_cast<int64_t>(part.size());
    if (!in_long_name_) bytes_ += static_cast<int64_t>(part.size());
    if (left_ == 0 && !in_long_name_) EndMember();
}

void TarUnpack::EndMember() {
    if (std::fclose(file_.release()) != 0) ThrowUnwritten(name_, errno);
    ++files_;
}

}  // namespace dagy::cli
