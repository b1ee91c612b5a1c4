#include "api/event_stream.h"

namespace dagy::api {

void EventStream::Write(std::string bytes) {
    last_write = std::chrono::steady_clock::now();
    if (!writer->Write(std::move(bytes))) done = true;
}

void EventStream::Close() {
    writer->Close();
    slot->GiveBack();
    done = true;
}

net::Response StreamingAnswer(std::shared_ptr<EventStream> stream, std::function<void()> join) {
    net::Response response;
    response.content_type = "text/event-stream; charset=utf-8";
    response.headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
    response.stream = [stream = std::move(stream), join = std::move(join)](std::shared_ptr<net::StreamWriter> writer) {
        // At once, so that a client that comes back does not find its own old stream in its way.
        writer->OnGone([slot = stream->slot] { slot->GiveBack(); });
        stream->writer = std::move(writer);
        join();
    };
    return response;
}

}  // namespace dagy::api
