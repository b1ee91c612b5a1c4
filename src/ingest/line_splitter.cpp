#include "ingest/line_splitter.h"

#include <algorithm>
#include <cstring>

namespace dagy::ingest {
namespace {
constexpr size_t kBlockBytes = size_t{256} << 10;
}

LineSplitter::LineSplitter(ByteSource& source, size_t line_bytes_max, size_t keep_bytes)
    : source_(source), line_bytes_max_(line_bytes_max), keep_bytes_(keep_bytes) {}

bool LineSplitter::Fill() {
    if (at_end_) return false;
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        scanned_ -= begin_;
        begin_ = 0;
    }
    if (buffer_.size() < end_ + kBlockBytes) buffer_.resize(std::max(end_ + kBlockBytes, buffer_.size() * 2));
    const size_t got = source_.Read(buffer_.data() + end_, kBlockBytes);
    end_ += got;
    at_end_ = got == 0;
    return got > 0;
}

bool LineSplitter::Next(PhysicalLine& line) {
    line = {};
    while (true) {
        const void* found = scanned_ < end_ ? std::memchr(buffer_.data() + scanned_, '\n', end_ - scanned_) : nullptr;
        if (found == nullptr) scanned_ = end_;
        if (found == nullptr && end_ - begin_ > line_bytes_max_) {
            CutLine(line);
            return true;
        }
        if (found == nullptr && Fill()) continue;
        if (found == nullptr && (begin_ == end_ || leave_unfinished_)) return false;

        const size_t stop =
            found != nullptr ? static_cast<size_t>(static_cast<const char*>(found) - buffer_.data()) : end_;
        line.ended = found != nullptr;
        line.text = std::string_view(buffer_).substr(begin_, stop - begin_);
        if (line.text.ends_with('\r')) line.text.remove_suffix(1);
        const size_t next = stop + (line.ended ? 1 : 0);
        offset_ += next - begin_;
        Hash(begin_, next);
        line.end_offset = offset_;
        begin_ = scanned_ = next;
        return true;
    }
}

void LineSplitter::Hash(size_t begin, size_t end) {
    if (hash_ != nullptr) hash_->Add(std::string_view(buffer_).substr(begin, end - begin));
}

/// The front stays at the start of the buffer while the rest of the line runs through behind it.
void LineSplitter::CutLine(PhysicalLine& line) {
    Hash(begin_, end_);
    std::memmove(buffer_.data(), buffer_.data() + begin_, keep_bytes_);
    if (buffer_.size() < keep_bytes_ + kBlockBytes) buffer_.resize(keep_bytes_ + kBlockBytes);
    uint64_t line_bytes = end_ - begin_;
    size_t next = keep_bytes_;
    size_t got = 0;
    while (!line.ended && (got = source_.Read(buffer_.data() + keep_bytes_, kBlockBytes)) > 0) {
        const void* found = std::memchr(buffer_.data() + keep_bytes_, '\n', got);
        if (found == nullptr) {
            line_bytes += got;
            Hash(keep_bytes_, keep_bytes_ + got);
            continue;
        }
        next = static_cast<size_t>(static_cast<const char*>(found) - buffer_.data()) + 1;
        line_bytes += next - keep_bytes_ - 1;
        Hash(keep_bytes_, next);
        line.ended = true;
    }
    at_end_ = got == 0;
    line.text = std::string_view(buffer_).substr(0, keep_bytes_);
    line.cut_bytes = line_bytes - keep_bytes_;
    offset_ += line_bytes + (line.ended ? 1 : 0);
    line.end_offset = offset_;
    begin_ = scanned_ = next;
    end_ = keep_bytes_ + got;
}

}  // namespace dagy::ingest
