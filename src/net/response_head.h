/// The bytes above a response's body.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/http.h"

namespace dagy::net {

/// "Not Found"; "Unknown" for a status without a registered phrase.
std::string_view ReasonPhrase(int status);

/// False for 1xx, 204 and 304: such an answer has neither body nor Content-Length.
bool StatusHasBody(int status);

enum class Framing {
    kLength,   ///< Content-Length
    kChunked,  ///< Transfer-Encoding: chunked
    kToClose,  ///< the end of the connection ends the body (HTTP/1.0)
};

struct HeadOptions {
    Framing framing = Framing::kLength;
    uint64_t length = 0;          ///< for kLength
    bool close = false;           ///< `Connection: close`
    bool say_keep_alive = false;  ///< `Connection: keep-alive`, which HTTP/1.0 clients wait for
};

/// Appends status line, headers and the empty line. Framing headers that a handler sets itself are left out, and so is
/// any header whose name or value could break the head (control characters).
void AppendHead(std::string& out, const Response& response, const HeadOptions& options);

}  // namespace dagy::net
