#include "net/response_stream.h"

namespace dagy::net {

namespace {

/// Small writes are joined up to this size, so that a burst of events leaves as one chunk.
constexpr size_t kBlockBytes = 64 << 10;

}  // namespace

class ResponseStream::Writer final : public StreamWriter {
  public:
    explicit Writer(std::shared_ptr<ResponseStream> stream) : stream_(std::move(stream)) {}
    ~Writer() override { stream_->Finish(End::kAborted); }

    bool Write(std::string bytes) override { return stream_->Write(std::move(bytes)); }
    bool WaitQueued(size_t bytes, std::chrono::steady_clock::time_point deadline) override {
        return stream_->WaitQueued(bytes, deadline);
    }
    bool Gone() const override { return stream_->Gone(); }
    void Close() override { stream_->Finish(End::kClosed); }
    void Abort() override { stream_->Finish(End::kAborted); }
    void OnGone(std::function<void()> call) override { stream_->OnGone(std::move(call)); }

  private:
    std::shared_ptr<ResponseStream> stream_;
};

ResponseStream::ResponseStream(size_t queued_bytes_max, std::function<void()> wake)
    : queued_bytes_max_(queued_bytes_max), wake_(std::move(wake)) {}

std::shared_ptr<StreamWriter> ResponseStream::MakeWriter() {
    return std::make_shared<Writer>(shared_from_this());
}

bool ResponseStream::Write(std::string bytes) {
    const std::lock_guard lock(mutex_);
    if (gone_ || end_ != End::kOpen) return false;
    if (bytes.empty()) return true;
    // A single write over the limit passes when nothing waits: the caller holds those bytes anyway.
    if (queued_bytes_ > 0 && queued_bytes_ + bytes.size() > queued_bytes_max_) {
        end_ = End::kDropped;
        gone_ = true;
        for (const std::string& block : waiting_) queued_bytes_ -= block.size();
        waiting_.clear();
        changed_.notify_all();
        woken_ = false;  // an earlier wake told of bytes; that the client is dropped must be told even while they wait
        WakeLocked();
        return false;
    }
    queued_bytes_ += bytes.size();
    if (!waiting_.empty() && waiting_.back().size() + bytes.size() <= kBlockBytes) {
        waiting_.back().append(bytes);
    } else {
        waiting_.push_back(std::move(bytes));
    }
    WakeLocked();
    return true;
}

bool ResponseStream::WaitQueued(size_t bytes, std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, deadline, [&] { return gone_ || end_ != End::kOpen || queued_bytes_ <= bytes; }) &&
           !gone_ && end_ == End::kOpen;
}

bool ResponseStream::Gone() const {
    const std::lock_guard lock(mutex_);
    return gone_;
}

void ResponseStream::Finish(End end) {
    const std::lock_guard lock(mutex_);
    if (end_ != End::kOpen) return;
    end_ = end;
    changed_.notify_all();
    WakeLocked();
}

void ResponseStream::OnGone(std::function<void()> call) {
    {
        const std::lock_guard lock(mutex_);
        if (!gone_) {
            if (!detached_) on_gone_.push_back(std::move(call));
            return;
        }
    }
    call();
}

ResponseStream::Piece ResponseStream::Take() {
    const std::lock_guard lock(mutex_);
    woken_ = false;
    Piece piece{.bytes = {}, .end = end_};
    if (end_ != End::kAborted && !waiting_.empty()) {
        piece.bytes = std::move(waiting_.front());
        waiting_.pop_front();
    }
    return piece;
}

void ResponseStream::Sent(size_t bytes) {
    {
        const std::lock_guard lock(mutex_);
        queued_bytes_ -= bytes;
    }
    changed_.notify_all();
}

ResponseStream::End ResponseStream::end() const {
    const std::lock_guard lock(mutex_);
    return end_;
}

void ResponseStream::CloseFromServer() {
    {
        const std::lock_guard lock(mutex_);
        if (end_ != End::kOpen) return;
        gone_ = true;
        end_ = End::kClosed;
        changed_.notify_all();
        WakeLocked();
    }
    CallGone();
}

void ResponseStream::Detach() {
    {
        const std::lock_guard lock(mutex_);
        wake_ = nullptr;
        detached_ = true;
        if (end_ == End::kOpen) gone_ = true;
        waiting_.clear();
        queued_bytes_ = 0;
        changed_.notify_all();
    }
    CallGone();
}

void ResponseStream::CallGone() {
    std::vector<std::function<void()>> calls;
    {
        const std::lock_guard lock(mutex_);
        // After a proper end nobody is told, and what the calls hold is let go.
        if (!gone_ && !detached_) return;
        calls.swap(on_gone_);
        if (!gone_) return;
    }
    for (const auto& call : calls) call();
}

// Under the lock, so that Detach knows that no wake is under way to a connection that is gone.
void ResponseStream::WakeLocked() {
    if (woken_ || !wake_) return;
    woken_ = true;
    wake_();
}

}  // namespace dagy::net
