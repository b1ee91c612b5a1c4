// Many readers of one event stream, in one thread: when each has all of it, whether all got the same, and what the
// servers spent meanwhile.
//
//   sse_readers PORT TARGET READERS [--header "Name: value"]… [--pid PID]…
//
// Prints `ready` once every reader has its 200, then reads until each has seen `event: end`, then prints one JSON
// object.

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "net/sse.h"

namespace {

using Clock = std::chrono::steady_clock;

struct Words {
    uint16_t port = 0;
    std::string target;
    size_t readers = 0;
    std::string headers;
    std::vector<std::string> pids;
};

Words ReadWords(int argc, char** argv) {
    if (argc < 4) throw std::runtime_error("usage: sse_readers PORT TARGET READERS [--header TEXT]… [--pid PID]…");
    Words words{.port = static_cast<uint16_t>(std::stoul(argv[1])), .target = argv[2], .readers = std::stoul(argv[3])};
    for (int i = 4; i + 1 < argc; i += 2) {
        if (std::string_view(argv[i]) == "--header")
            words.headers += std::string(argv[i + 1]) + "\r\n";
        else
            words.pids.emplace_back(argv[i + 1]);
    }
    return words;
}

/// On a processor, of all threads that are there, to the microsecond (/proc/PID/stat counts in hundredths).
double CpuSeconds(const std::vector<std::string>& pids) {
    double seconds = 0;
    for (const auto& pid : pids) {
        for (const auto& thread : std::filesystem::directory_iterator("/proc/" + pid + "/task")) {
            double nanoseconds = 0;
            std::ifstream(thread.path() / "schedstat") >> nanoseconds;
            seconds += nanoseconds / 1e9;
        }
    }
    return seconds;
}

/// Undoes chunked transfer coding, wherever it is cut.
class Dechunker {
  public:
    /// False at the last chunk.
    bool Feed(std::string_view bytes, const std::function<void(std::string_view)>& take) {
        while (!bytes.empty()) {
            if (left_ > 0) {
                const size_t step = std::min(left_, bytes.size());
                // The two bytes that end a chunk are counted with it and not handed on.
                const size_t body = left_ > 2 ? std::min(step, left_ - 2) : 0;
                if (body > 0) take(bytes.substr(0, body));
                left_ -= step;
                bytes.remove_prefix(step);
                continue;
            }
            const char c = bytes.front();
            bytes.remove_prefix(1);
            if (c != '\n') {
                size_ += c;
                continue;
            }
            const size_t size = std::stoul(size_, nullptr, 16);
            size_.clear();
            if (size == 0) return false;
            left_ = size + 2;
        }
        return true;
    }

  private:
    size_t left_ = 0;
    std::string size_;
};

struct Reader {
    int socket = -1;
    std::string head;
    bool in_body = false, chunked = false, done = false;
    Dechunker dechunker;
    dagy::net::SseParser parser;
    size_t events = 0;
    long last_id = 0;
    bool in_order = true;
    size_t digest = 0;
};

class Crowd {
  public:
    explicit Crowd(const Words& words) : words_(words), readers_(words.readers), poll_(epoll_create1(0)) {}

    void Connect() {
        begin_ = Clock::now();
        const std::string request = fmt::format(
            "GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n{}\r\n", words_.target, words_.headers);
        for (size_t i = 0; i < readers_.size(); ++i) {
            sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(words_.port)};
            address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            readers_[i].socket = socket(AF_INET, SOCK_STREAM, 0);
            if (connect(readers_[i].socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
                throw std::runtime_error(fmt::format("reader {} cannot connect", i));
            if (send(readers_[i].socket, request.data(), request.size(), MSG_NOSIGNAL) !=
                static_cast<ssize_t>(request.size()))
                throw std::runtime_error(fmt::format("reader {} cannot send", i));
            epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
            epoll_ctl(poll_, EPOLL_CTL_ADD, readers_[i].socket, &event);
        }
    }

    void Read() {
        std::array<epoll_event, 512> events{};
        while (done_ < readers_.size()) {
            const int count = epoll_wait(poll_, events.data(), events.size(), 60000);
            if (count <= 0)
                throw std::runtime_error(
                    fmt::format("nothing for a minute; {} of {} readers are done", done_, readers_.size()));
            for (int i = 0; i < count; ++i) Receive(readers_[events[static_cast<size_t>(i)].data.u64]);
        }
        end_ = Clock::now();
        cpu_ = CpuSeconds(words_.pids) - cpu_at_first_;
    }

    std::string Report() const {
        size_t events = 0;
        bool same = true;
        for (const auto& reader : readers_) {
            events += reader.events;
            same =
                same && reader.in_order && reader.digest == readers_[0].digest && reader.events == readers_[0].events;
        }
        const auto seconds = [](auto from, auto to) { return std::chrono::duration<double>(to - from).count(); };
        return fmt::format(
            R"({{"readers":{},"events":{},"each":{},"same":{},"connect_s":{:.6f},"live_s":{:.6f},"whole_s":{:.6f},"cpu_s":{:.3f}}})",
            readers_.size(), events, readers_[0].events, same, seconds(begin_, ready_at_), seconds(first_, end_),
            seconds(begin_, end_), cpu_);
    }

  private:
    void Receive(Reader& reader) {
        const ssize_t got = recv(reader.socket, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
        if (got < 0 && errno == EAGAIN) return;
        if (got <= 0) throw std::runtime_error("a stream broke off");
        std::string_view bytes(buffer_.data(), static_cast<size_t>(got));
        if (!reader.in_body) {
            reader.head.append(bytes);
            const size_t end = reader.head.find("\r\n\r\n");
            if (end == std::string::npos) return;
            if (!reader.head.starts_with("HTTP/1.1 200"))
                throw std::runtime_error("answered: " + reader.head.substr(0, 400));
            reader.in_body = true;
            reader.chunked = reader.head.find("chunked") < end;
            if (++ready_ == readers_.size()) {
                ready_at_ = Clock::now();
                fmt::print("ready\n");
                std::fflush(stdout);
            }
            const std::string rest = reader.head.substr(end + 4);
            if (!rest.empty()) Body(reader, rest);
            return;
        }
        Body(reader, bytes);
    }

    void Body(Reader& reader, std::string_view bytes) {
        const auto take = [&](std::string_view part) {
            reader.parser.Feed(part, [&](const dagy::net::SseEvent& event) { On(reader, event); });
        };
        if (reader.chunked)
            reader.dechunker.Feed(bytes, take);
        else
            take(bytes);
        if (!reader.done) return;
        close(reader.socket);
        ++done_;
    }

    void On(Reader& reader, const dagy::net::SseEvent& event) {
        if (event.event == "heartbeat") return;
        if (first_ == Clock::time_point{}) {
            first_ = Clock::now();
            cpu_at_first_ = CpuSeconds(words_.pids);
        }
        ++reader.events;
        reader.digest = reader.digest * 1099511628211U + std::hash<std::string>{}(event.event + '\n' + event.data);
        // Our ids count from 1; nchan's are times.
        if (event.id.find(':') == std::string::npos && !event.id.empty()) {
            const long id = std::stol(event.id);
            reader.in_order = reader.in_order && (reader.last_id == 0 || id == reader.last_id + 1);
            reader.last_id = id;
        }
        if (event.event == "end") reader.done = true;
    }

    const Words& words_;
    std::vector<Reader> readers_;
    const int poll_;
    size_t ready_ = 0, done_ = 0;
    Clock::time_point begin_{}, ready_at_{}, first_{}, end_{};
    double cpu_at_first_ = 0, cpu_ = 0;
    std::array<char, 256 << 10> buffer_{};
};

}  // namespace

int main(int argc, char** argv) try {
    const Words words = ReadWords(argc, argv);
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    Crowd crowd(words);
    crowd.Connect();
    crowd.Read();
    fmt::print("{}\n", crowd.Report());
    return 0;
} catch (const std::exception& failed) {
    fmt::print(stderr, "error: {}\n", failed.what());
    return 1;
}
