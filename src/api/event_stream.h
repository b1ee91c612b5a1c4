/// One open stream of events, as every hub of them has it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "api/stream_slots.h"
#include "net/http.h"

namespace dagy::api {

/// Belongs to its hub's thread once it has joined.
struct EventStream {
    std::shared_ptr<net::StreamWriter> writer;
    std::shared_ptr<StreamSlots::Slot> slot;
    std::chrono::steady_clock::time_point last_write = std::chrono::steady_clock::now();
    bool fresh = true;  ///< has not been looked at yet
    bool done = false;  ///< gone or closed

    void Write(std::string bytes);
    void Close();
};

/// The answer that streams: gives the stream its writer, then calls `join`.
net::Response StreamingAnswer(std::shared_ptr<EventStream> stream, std::function<void()> join);

}  // namespace dagy::api
