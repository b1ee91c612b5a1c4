#include "net/request_body.h"

#include <algorithm>

namespace dagy::net {

namespace {

constexpr size_t kReadBytesMax = 256 << 10;
constexpr size_t kWaitingBytesMax = 1 << 20;
/// Unpacked in small steps, so that what one step of a bomb makes (256 KiB of gzip, a few MiB of zstd) fits in memory
/// many times.
constexpr size_t kStepBytes = 256;

}  // namespace

std::string DecompressBody(std::string_view body, Compression compression, size_t bytes_max) {
    std::string out;
    const auto decompressor = MakeDecompressor(compression, {.bytes_max = static_cast<int64_t>(bytes_max)});
    decompressor->Feed(body, [&out](std::string_view piece) { out.append(piece); });
    decompressor->Finish();
    return out;
}

RequestBody::RequestBody(std::optional<Compression> compression, std::function<void()> wake) : wake_(std::move(wake)) {
    if (compression) decompressor_ = MakeDecompressor(*compression);
}

std::string RequestBody::Read() {
    return decompressor_ ? NextUnpacked() : Next();
}

std::string RequestBody::NextUnpacked() {
    if (unpacked_at_ == unpacked_.size()) Unpack();
    std::string out = unpacked_.substr(unpacked_at_, kReadBytesMax);
    unpacked_at_ += out.size();
    return out;
}

void RequestBody::Unpack() {
    unpacked_.clear();
    unpacked_at_ = 0;
    while (unpacked_.empty() && !finished_) {
        if (packed_at_ == packed_.size()) {
            packed_ = Next();
            packed_at_ = 0;
            if (packed_.empty()) {
                decompressor_->Finish();
                finished_ = true;
            }
        }
        while (packed_at_ < packed_.size() && unpacked_.size() < kReadBytesMax) {
            const size_t step = std::min(kStepBytes, packed_.size() - packed_at_);
            decompressor_->Feed(std::string_view(packed_).substr(packed_at_, step),
                                [this](std::string_view piece) { unpacked_.append(piece); });
            packed_at_ += step;
        }
    }
}

std::string RequestBody::Next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !waiting_.empty() || ended_ || error_; });
    if (waiting_.empty()) {
        if (error_) throw Error(*error_);
        return {};
    }
    const bool was_full = waiting_bytes_ >= kWaitingBytesMax;
    std::string out = std::move(waiting_.front());
    waiting_.pop_front();
    while (!waiting_.empty() && out.size() + waiting_.front().size() <= kReadBytesMax) {
        out.append(waiting_.front());
        waiting_.pop_front();
    }
    waiting_bytes_ -= out.size();
    // Under the lock, so that Detach knows that no wake is under way to a connection that is gone. Waking only posts.
    if (was_full && waiting_bytes_ < kWaitingBytesMax && wake_) wake_();
    return out;
}

void RequestBody::Push(std::string_view bytes) {
    {
        const std::lock_guard lock(mutex_);
        if (!waiting_.empty() && waiting_.back().size() + bytes.size() <= kReadBytesMax) {
            waiting_.back().append(bytes);
        } else {
            for (size_t at = 0; at < bytes.size(); at += kReadBytesMax)
                waiting_.emplace_back(bytes.substr(at, kReadBytesMax));
        }
        waiting_bytes_ += bytes.size();
    }
    changed_.notify_one();
}

bool RequestBody::Full() const {
    const std::lock_guard lock(mutex_);
    return waiting_bytes_ >= kWaitingBytesMax;
}

void RequestBody::End() {
    {
        const std::lock_guard lock(mutex_);
        if (!error_) ended_ = true;
    }
    changed_.notify_all();
}

void RequestBody::Fail(Error error) {
    {
        const std::lock_guard lock(mutex_);
        if (!ended_ && !error_) error_.emplace(std::move(error));
    }
    changed_.notify_all();
}

void RequestBody::Detach() {
    Fail(Error(ErrorCode::kBadRequest, "The connection ended before the body did.", "Send the request again."));
    const std::lock_guard lock(mutex_);
    wake_ = nullptr;
}

}  // namespace dagy::net
