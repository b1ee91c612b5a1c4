/// Memory for the pages of files, used again and again while a search lasts: fresh memory costs as much as unpacking
/// into it.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace dagy::lake {

/// Thread-safe. Lives as long as the last of its buffers.
class PageMemory : public std::enable_shared_from_this<PageMemory> {
  public:
    static std::shared_ptr<PageMemory> Make() { return std::shared_ptr<PageMemory>(new PageMemory); }

    /// Goes back when it ends.
    class Buffer {
      public:
        Buffer(std::shared_ptr<PageMemory> owner, std::unique_ptr<char[]> bytes, size_t size)
            : owner_(std::move(owner)), bytes_(std::move(bytes)), size_(size) {}
        Buffer(Buffer&&) = default;
        Buffer& operator=(Buffer&&) = delete;
        ~Buffer() {
            if (bytes_ && owner_) owner_->Keep(std::move(bytes_), size_);
        }
        char* data() const { return bytes_.get(); }

      private:
        std::shared_ptr<PageMemory> owner_;
        std::unique_ptr<char[]> bytes_;
        size_t size_;
    };

    /// At least so many bytes, with anything in them.
    Buffer Take(size_t bytes) {
        if (bytes < kKeptBytesMin) return {nullptr, std::make_unique_for_overwrite<char[]>(bytes), bytes};
        {
            const std::lock_guard lock(mutex_);
            for (Kept& kept : kept_) {
                if (kept.size < bytes || kept.size > 4 * bytes) continue;
                Buffer buffer(shared_from_this(), std::move(kept.bytes), kept.size);
                kept = std::move(kept_.back());
                kept_.pop_back();
                return buffer;
            }
        }
        const size_t size = (bytes + bytes / 4 + kStep - 1) / kStep * kStep;  // the next page may be a little longer
        return {shared_from_this(), std::make_unique_for_overwrite<char[]>(size), size};
    }

  private:
    static constexpr size_t kKeptBytesMin = 32768, kKeptBytesMax = size_t{4} << 20, kKeptMax = 8;
    static constexpr size_t kStep = 65536;
    struct Kept {
        std::unique_ptr<char[]> bytes;
        size_t size = 0;
    };

    PageMemory() = default;
    void Keep(std::unique_ptr<char[]> bytes, size_t size) {
        if (size > kKeptBytesMax) return;
        const std::lock_guard lock(mutex_);
        if (kept_.size() < kKeptMax) kept_.push_back({std::move(bytes), size});
    }

    std::mutex mutex_;
    std::vector<Kept> kept_;
};

}  // namespace dagy::lake
