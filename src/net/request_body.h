/// A request's body on its way from the I/O thread to the worker that reads it.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/compress.h"
#include "base/error.h"
#include "net/http.h"

namespace dagy::net {

/// Undoes `compression` of a whole body. Throws kBadRequest for broken input, kTooLarge over `bytes_max`.
std::string DecompressBody(std::string_view body, Compression compression, size_t bytes_max);

/// The I/O thread pushes and stops reading the socket while Full; the worker's Read makes room and wakes it.
class RequestBody final : public BodyReader {
  public:
    RequestBody(std::optional<Compression> compression, std::function<void()> wake);

    std::string Read() override;

    // For the I/O thread.
    void Push(std::string_view bytes);
    bool Full() const;
    void End();
    /// Read throws `error` after what came before it. Later calls of Fail and End change nothing.
    void Fail(Error error);
    /// The connection is over: nobody is woken any more.
    void Detach();

  private:
    std::string Next();
    std::string NextUnpacked();
    void Unpack();

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::string> waiting_;
    size_t waiting_bytes_ = 0;
    bool ended_ = false;
    std::optional<Error> error_;
    std::function<void()> wake_;

    // The worker's alone.
    std::unique_ptr<Decompressor> decompressor_;
    bool finished_ = false;
    std::string packed_;  ///< taken, not yet unpacked
    size_t packed_at_ = 0;
    std::string unpacked_;  ///< not yet read
    size_t unpacked_at_ = 0;
};

}  // namespace dagy::net
