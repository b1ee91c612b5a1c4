/// The web UI's files, as they are embedded in the binary.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "net/http.h"

namespace dagy::api {

/// Bytes that live as long as the process.
struct StaticFile {
    std::string_view bytes;
    std::string content_type;
    std::string etag;  ///< with its quotes
    std::optional<std::string_view> gzip;
    std::optional<std::string_view> brotli;
    bool immutable = false;  ///< its name holds its hash
};

/// Path ("/index.html", "/assets/app-1a2b.js") → file. Immutable once made, so free to share.
class StaticFiles {
  public:
    StaticFiles() = default;
    explicit StaticFiles(std::map<std::string, StaticFile, std::less<>> files) : files_(std::move(files)) {}

    bool Has(std::string_view path) const { return files_.contains(path == "/" ? "/index.html" : path); }

    /// The file at the path; `/` is index.html. Nothing if there is none.
    std::optional<net::Response> Find(const net::Request& request) const;
    /// index.html, for a page of the UI that exists only in the browser. Nothing without a UI, or where the client does
    /// not want HTML, or for what looks like a file.
    std::optional<net::Response> Page(const net::Request& request) const;

  private:
    net::Response Answer(const StaticFile& file, const net::Request& request) const;

    std::map<std::string, StaticFile, std::less<>> files_;
};

}  // namespace dagy::api
