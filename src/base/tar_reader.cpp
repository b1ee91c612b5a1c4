#include "base/tar_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/error.h"

namespace dagy {
namespace {

constexpr size_t kBlock = 512;
constexpr int64_t kMetaMax = 1 << 20;  // a path is no longer

std::string_view Text(std::string_view field) {
    return field.substr(0, std::min(field.find('\0'), field.size()));
}

/// Octal digits, or GNU's base 256 where the first bit is set. -1 where it is neither.
int64_t Number(std::string_view field) {
    if (static_cast<unsigned char>(field[0]) & 0x80) {
        int64_t value = static_cast<unsigned char>(field[0]) & 0x3F;
        for (const char c : field.substr(1)) {
            if (value > (INT64_MAX >> 9)) return -1;
            value = value * 256 + static_cast<unsigned char>(c);
        }
        return value;
    }
    std::string_view digits = Text(field);
    while (digits.starts_with(' ')) digits.remove_prefix(1);
    while (digits.ends_with(' ')) digits.remove_suffix(1);
    if (digits.empty()) return 0;
    int64_t value = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 8);
    return failed == std::errc() && end == digits.data() + digits.size() ? value : -1;
}

bool ChecksumHolds(std::string_view header) {
    int64_t sum = 0;
    for (size_t i = 0; i < kBlock; ++i) sum += i >= 148 && i < 156 ? ' ' : static_cast<unsigned char>(header[i]);
    return sum == Number(header.substr(148, 8));
}

bool IsMeta(char type) {
    return type == 'x' || type == 'L' || type == 'g' || type == 'K';
}

}  // namespace

void TarReader::Fail(std::string_view why) const {
    throw Error(ErrorCode::kBadRequest, fmt::format("the archive is broken at byte {} of the tar: {}", offset_, why),
                way_out_);
}

void TarReader::RefuseAsNoArchive() const {
    throw Error(ErrorCode::kBadRequest, "this is no tar archive", way_out_);
}

void TarReader::Feed(std::string_view bytes) {
    while (!bytes.empty() && state_ != State::kEnd) {
        if (state_ == State::kBody) {
            TakeBody(bytes);
            continue;
        }
        const size_t take = std::min(bytes.size(), kBlock - header_.size());
        header_.append(bytes.substr(0, take));
        bytes.remove_prefix(take);
        offset_ += take;
        if (header_.size() < kBlock) continue;
        TakeHeader();
        header_.clear();
    }
}

void TarReader::TakeHeader() {
    const std::string_view header = header_;
    if (header.find_first_not_of('\0') == std::string_view::npos) {
        state_ = State::kEnd;
        return;
    }
    if (!ChecksumHolds(header)) {
        if (offset_ == kBlock) RefuseAsNoArchive();
        Fail("this is no tar header");
    }
    member_ = {};
    member_.type = header[156] == '\0' ? '0' : header[156];
    member_.bytes = Number(header.substr(124, 12));
    member_.path = Text(header.substr(0, 100));
    const std::string_view prefix = Text(header.substr(345, 155));
    if (header.substr(257, 6) == std::string_view("ustar\0", 6) && !prefix.empty())
        member_.path = fmt::format("{}/{}", prefix, member_.path);
    if (!IsMeta(member_.type)) {
        if (!next_path_.empty()) member_.path = std::exchange(next_path_, {});
        if (next_bytes_ >= 0) member_.bytes = std::exchange(next_bytes_, -1);
    }
    // Links and folders may state a size but have no body.
    if (member_.type >= '1' && member_.type <= '6') member_.bytes = 0;
    if (member_.bytes < 0) Fail("a member's size is no number");
    if (IsMeta(member_.type) && member_.bytes > kMetaMax) Fail("a member's name is too long");
    rest_ = member_.bytes;
    padding_ = (static_cast<int64_t>(kBlock) - rest_ % static_cast<int64_t>(kBlock)) % static_cast<int64_t>(kBlock);
    meta_.clear();
    if (!IsMeta(member_.type)) sink_.Begin(member_);
    if (rest_ == 0)
        EndOfBody();
    else
        state_ = State::kBody;
}

void TarReader::TakeBody(std::string_view& bytes) {
    const auto take =
        static_cast<size_t>(std::min<int64_t>(rest_ > 0 ? rest_ : padding_, static_cast<int64_t>(bytes.size())));
    if (rest_ > 0) {
        if (IsMeta(member_.type))
            meta_.append(bytes.substr(0, take));
        else
            sink_.Bytes(bytes.substr(0, take));
        rest_ -= static_cast<int64_t>(take);
        if (rest_ == 0) EndOfBody();
    } else {
        padding_ -= static_cast<int64_t>(take);
    }
    bytes.remove_prefix(take);
    offset_ += take;
    if (rest_ == 0 && padding_ == 0) state_ = State::kHeader;
}

void TarReader::EndOfBody() {
    switch (member_.type) {
        case 'x':
            TakePax(meta_);
            break;
        case 'L':
            next_path_ = Text(meta_);
            break;
        case 'g':
        case 'K':
            break;
        default:
            sink_.End();
    }
}

/// `<length> <key>=<value>\n` …
void TarReader::TakePax(std::string_view records) {
    while (!records.empty()) {
        size_t length = 0;
        const auto [end, failed] = std::from_chars(records.data(), records.data() + records.size(), length);
        const auto digits = static_cast<size_t>(end - records.data());
        if (failed != std::errc() || length > records.size() || length < digits + 2) Fail("a pax header is broken");
        const std::string_view record = records.substr(digits + 1, length - digits - 2);
        const size_t equals = record.find('=');
        if (equals == std::string_view::npos) Fail("a pax header is broken");
        const std::string_view value = record.substr(equals + 1);
        if (record.substr(0, equals) == "path") next_path_ = value;
        if (record.substr(0, equals) == "size") {
            const auto [stop, bad] = std::from_chars(value.data(), value.data() + value.size(), next_bytes_);
            if (bad != std::errc() || stop != value.data() + value.size() || next_bytes_ < 0)
                Fail("a pax header's size is no number");
        }
        records.remove_prefix(length);
    }
}

void TarReader::Finish() {
    if (state_ == State::kEnd || (state_ == State::kHeader && header_.empty())) return;
    if (offset_ < kBlock) RefuseAsNoArchive();
    Fail("it ends too early: the file was cut");
}

}  // namespace dagy
