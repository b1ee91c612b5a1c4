#include "net/test_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace dagy::net {

TestServer::~TestServer() {
    if (server_) server_->Stop(std::chrono::milliseconds(0));
}

void TestServer::Start() {
    server_ = MakeServer(handler, options);
    server_->Start();
}

std::string TestServer::Url(std::string_view target) const {
    return "http://127.0.0.1:" + std::to_string(port()) + std::string(target);
}

std::string RawAnswer::Header(std::string_view name) const {
    const auto lower = [](std::string text) {
        std::transform(text.begin(), text.end(), text.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        return text;
    };
    const std::string wanted = "\r\n" + lower(std::string(name)) + ": ";
    const size_t at = lower(head).find(wanted);
    if (at == std::string::npos) return {};
    const size_t begin = at + wanted.size();
    return head.substr(begin, head.find("\r\n", begin) - begin);
}

RawClient::RawClient(uint16_t port, int receive_buffer_bytes) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer_bytes > 0)
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("cannot connect");
}

RawClient::~RawClient() {
    Close();
}

void RawClient::Close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

void RawClient::Reset() {
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    Close();
}

void RawClient::ShutdownSend() {
    ::shutdown(fd_, SHUT_WR);
}

bool RawClient::Send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
}

bool RawClient::Fill() {
    std::array<char, 65536> piece;
    const ssize_t got = ::recv(fd_, piece.data(), piece.size(), 0);
    if (got <= 0) return false;
    buffer_.append(piece.data(), static_cast<size_t>(got));
    return true;
}

std::string RawClient::ReadUntil(std::string_view end) {
    size_t at;
    while ((at = buffer_.find(end)) == std::string::npos) {
        if (!Fill()) return std::exchange(buffer_, {});
    }
    std::string out = buffer_.substr(0, at + end.size());
    buffer_.erase(0, out.size());
    return out;
}

std::string RawClient::ReadExactly(size_t bytes) {
    while (buffer_.size() < bytes && Fill()) {
    }
    std::string out = buffer_.substr(0, bytes);
    buffer_.erase(0, out.size());
    return out;
}

std::string RawClient::ReadToEnd() {
    while (Fill()) {
    }
    return std::exchange(buffer_, {});
}

RawAnswer RawClient::ReadAnswer(bool head_request) {
    RawAnswer answer;
    answer.head = ReadUntil("\r\n\r\n");
    if (answer.head.size() < 12) return answer;
    answer.status = std::stoi(answer.head.substr(9, 3));
    if (head_request) return answer;
    if (answer.Header("transfer-encoding") == "chunked") {
        for (;;) {
            const std::string line = ReadUntil("\r\n");
            if (line.size() < 3) return answer;  // cut
            const size_t size = std::stoul(line, nullptr, 16);
            answer.body += ReadExactly(size);
            ReadExactly(2);
            if (size == 0) return answer;
        }
    }
    if (const std::string length = answer.Header("content-length"); !length.empty())
        answer.body = ReadExactly(std::stoul(length));
    return answer;
}

}  // namespace dagy::net
