/// The queue between who writes a streaming answer and the connection that sends it.
#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "net/http.h"

namespace dagy::net {

/// Thread-safe. The producer's side is the StreamWriter that MakeWriter returns; the rest is for the connection.
class ResponseStream : public std::enable_shared_from_this<ResponseStream> {
  public:
    /// `queued_bytes_max`: more than that waiting for one client drops it. `wake` tells the connection that something
    /// changed; it must only post.
    ResponseStream(size_t queued_bytes_max, std::function<void()> wake);

    /// For the producer. The last one to let go of it without Close cuts the answer, so that nobody waits for a
    /// forgotten stream.
    std::shared_ptr<StreamWriter> MakeWriter();

    enum class End { kOpen, kClosed, kAborted, kDropped };

    struct Piece {
        std::string bytes;     ///< may be empty; to be followed by Sent
        End end = End::kOpen;  ///< how it ends once `bytes` is empty
    };

    /// What to send next.
    Piece Take();
    /// `bytes` of what was taken have left.
    void Sent(size_t bytes);
    End end() const;
    /// The producer sees a gone client from now on; what is queued is still sent, then the stream ends as closed.
    void CloseFromServer();
    /// The connection is over: the client is gone unless the producer ended the stream itself. Calls what OnGone left,
    /// on this thread.
    void Detach();
    /// Calls what OnGone left if the client counts as gone by now.
    void CallGone();

  private:
    class Writer;
    bool Write(std::string bytes);
    bool WaitQueued(size_t bytes, std::chrono::steady_clock::time_point deadline);
    bool Gone() const;
    void Finish(End end);
    void OnGone(std::function<void()> call);
    void WakeLocked();

    const size_t queued_bytes_max_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::list<std::string> waiting_;
    size_t queued_bytes_ = 0;  ///< waiting, or taken and not yet sent
    End end_ = End::kOpen;
    bool gone_ = false;
    bool woken_ = false;  ///< a wake is under way
    bool detached_ = false;
    std::function<void()> wake_;
    std::vector<std::function<void()>> on_gone_;
};

}  // namespace dagy::net
