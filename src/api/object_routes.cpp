// Objects by presigned URL, for stores that have no server of their own.
#include <fmt/format.h>

#include <fstream>
#include <memory>

#include "api/artifact_routes.h"
#include "api/byte_range.h"
#include "api/call.h"
#include "api/parameter_list.h"
#include "api/problem.h"

namespace dagy::api {
namespace {

constexpr int64_t kAtOnceBytesMax = int64_t{1} << 20;  // more is streamed
constexpr int64_t kPieceBytes = int64_t{256} << 10;

/// An object that stays readable even if it is deleted meanwhile.
class OpenObject {
  public:
    OpenObject(objects::ObjectStore& objects, const std::string& key)
        : key_(key), file_(objects.LocalFile(key), std::ios::binary | std::ios::ate) {
        if (!file_) Fail();
        bytes_ = file_.tellg();
    }
    int64_t bytes() const { return bytes_; }

    void Seek(int64_t to) { file_.seekg(to); }
    std::string Read(int64_t count) {
        std::string piece(static_cast<size_t>(count), '\0');
        if (!file_.read(piece.data(), count)) Fail();
        return piece;
    }

  private:
    [[noreturn]] void Fail() const {
        throw Error(ErrorCode::kStorage, fmt::format("the object `{}` cannot be read", key_));
    }

    const std::string key_;
    std::ifstream file_;
    int64_t bytes_ = 0;
};

/// Throws ProblemError 403 unless the URL was made by us, for this object, and is still good.
void CheckGrant(Call& call, objects::ObjectStore& objects, Time now) {
    const int64_t expires = call.Int("expires");
    if (!objects.Honours(call.Text("key"), expires, call.Text("signature")))
        throw ProblemError(
            {.code = "url_not_valid",
             .detail = "this URL was not made by this server, or its object, time or signature was changed"});
    if (ToMicros(now) / 1'000'000 > expires)
        throw ProblemError({.code = "url_not_valid", .detail = "this URL has expired; ask for a new one"});
}

net::Response Whole(OpenObject& object, const ByteRange& range) {
    net::Response response;
    object.Seek(range.first);
    response.body = object.Read(range.count);
    return response;
}

net::Response Streamed(DownloadPool& downloads, std::shared_ptr<OpenObject> object, const ByteRange& range) {
    return downloads.Answer({}, [&downloads, object = std::move(object), range](net::StreamWriter& writer) {
        object->Seek(range.first);
        int64_t left = range.count;
        while (left > 0 && !downloads.stopping()) {
            const int64_t count = std::min(left, kPieceBytes);
            if (!WriteAtItsPace(writer, object->Read(count))) break;
            left -= count;
        }
        left == 0 ? writer.Close() : writer.Abort();
    });
}

net::Response Download(Call& call, objects::ObjectStore& objects, DownloadPool& downloads, Time now) {
    CheckGrant(call, objects, now);
    const std::string key = call.Text("key");
    auto object = std::make_shared<OpenObject>(objects, key);
    ByteRange range{.first = 0, .count = object->bytes()};
    const auto header = call.request.Header("range");
    const RangeFit fit = FitRange(header, object->bytes(), range);
    if (fit == RangeFit::kNone)
        throw ProblemError({.code = "range_not_satisfiable",
                            .detail = fmt::format("the object has {} bytes", object->bytes()),
                            .headers = {{"Content-Range", fmt::format("bytes */{}", object->bytes())}}});
    const int64_t bytes = object->bytes();
    net::Response response =
        range.count <= kAtOnceBytesMax ? Whole(*object, range) : Streamed(downloads, std::move(object), range);
    if (response.stream) response.stream_bytes = static_cast<uint64_t>(range.count);
    response.content_type = "application/vnd.apache.parquet";
    response.headers = {
        {"Accept-Ranges", "bytes"},
        {"Content-Disposition", fmt::format("attachment; filename=\"{}\"", key.substr(key.rfind('/') + 1))}};
    if (fit == RangeFit::kPart) {
        response.status = 206;
        response.headers.emplace_back("Content-Range",
                                      fmt::format("bytes {}-{}/{}", range.first, range.first + range.count - 1, bytes));
    }
    return response;
}

}  // namespace

void AddObjectRoutes(RouteTable& table, objects::ObjectStore& objects, DownloadPool& downloads, const Clock& clock) {
    Route download{.method = "GET",
                   .path = "/objects/{key}",
                   .operation_id = "downloadObject",
                   .summary = "A Parquet object, by its presigned URL",
                   .description = "URLs come from the artifacts of a run. One range of bytes may be asked for.",
                   .tag = "runs",
                   .access = Access::kPublic};
    download.parameters = {
        PathText("key", "The object."),
        {.name = "expires",
         .type = Type::kInteger,
         .required = true,
         .minimum = 0,
         .description = "Until when the URL is good, in seconds since 1970."},
        {.name = "signature", .required = true, .length_max = 128, .description = "Made by the server."},
        {.name = "Range",
         .in = In::kHeader,
         .description = "`bytes=first-last`; one that is not understood is passed over."}};
    const auto problem = [](int status, std::string description) {
        return Answer{.status = status,
                      .description = std::move(description),
                      .schema = "Problem",
                      .content_type = "application/problem+json"};
    };
    download.answers = {{.status = 200, .description = "The object.", .content_type = "application/vnd.apache.parquet"},
                        {.status = 206, .description = "The range.", .content_type = "application/vnd.apache.parquet"},
                        problem(403, "The URL has expired or was changed."),
                        problem(416, "The object ends before the range begins.")};
    download.handle = [&objects, &downloads, &clock](Call& call) {
        return Download(call, objects, downloads, clock.Now());
    };
    table.Add(std::move(download));
}

}  // namespace dagy::api
