#include "base/compress.h"

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/error.h"

namespace dagy {
namespace {

constexpr size_t kPieceBytes = size_t{128} << 10;

struct FreeDCtx {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};
struct FreeCCtx {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

/// Making a context costs more than compressing a small block, so each thread keeps one.
ZSTD_CCtx* ThreadCompressor() {
    thread_local const std::unique_ptr<ZSTD_CCtx, FreeCCtx> context(ZSTD_createCCtx());
    return context.get();
}

ZSTD_DCtx* ThreadDecompressor() {
    thread_local const std::unique_ptr<ZSTD_DCtx, FreeDCtx> context(ZSTD_createDCtx());
    return context.get();
}

[[noreturn]] void ThrowBroken(std::string_view format, int64_t at, std::string_view why) {
    throw Error(ErrorCode::kBadRequest, fmt::format("the {} stream is broken near byte {}: {}", format, at, why),
                "send it again, or send it uncompressed");
}

/// Counts and bounds what comes out.
class Outlet {
  public:
    explicit Outlet(int64_t bytes_max) : left_(bytes_max), bytes_max_(bytes_max) {}

    void Give(size_t size, const std::function<void(std::string_view)>& out) {
        if (size == 0) return;
        if (static_cast<int64_t>(size) > left_)
            throw Error(ErrorCode::kTooLarge,
                        fmt::format("the compressed stream unpacks to more than {} bytes", bytes_max_));
        left_ -= static_cast<int64_t>(size);
        out(std::string_view(piece_.data(), size));
    }
    char* data() { return piece_.data(); }

  private:
    int64_t left_;
    int64_t bytes_max_;
    std::string piece_ = std::string(kPieceBytes, '\0');
};

class GzipDecompressor final : public Decompressor {
  public:
    explicit GzipDecompressor(DecompressLimits limits) : outlet_(limits.bytes_max) {
        if (inflateInit2(&stream_, 15 + 16) != Z_OK) throw Error(ErrorCode::kInternal, "no memory to unpack gzip");
    }
    ~GzipDecompressor() override { inflateEnd(&stream_); }
    GzipDecompressor(const GzipDecompressor&) = delete;
    GzipDecompressor& operator=(const GzipDecompressor&) = delete;

    void Feed(std::string_view in, const std::function<void(std::string_view)>& out) override {
        while (!in.empty()) {  // zlib counts input in 32 bits
            const std::string_view part = in.substr(0, size_t{1} << 30);
            in.remove_prefix(part.size());
            FeedPart(part, out);
        }
    }

    void Finish() override {
        if (inside_) ThrowBroken("gzip", read_, "it ends too early");
    }

  private:
    void FeedPart(std::string_view in, const std::function<void(std::string_view)>& out) {
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));  // zlib does not write there
        stream_.avail_in = static_cast<uInt>(in.size());
        size_t given = kPieceBytes;
        while (stream_.avail_in > 0 || given == kPieceBytes) {
            if (!inside_) {
                if (stream_.avail_in == 0) break;
                inside_ = true;
            }
            const uInt before = stream_.avail_in;
            stream_.next_out = reinterpret_cast<Bytef*>(outlet_.data());
            stream_.avail_out = kPieceBytes;
            const int result = inflate(&stream_, Z_NO_FLUSH);
            read_ += before - stream_.avail_in;
            given = kPieceBytes - stream_.avail_out;
            if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
                ThrowBroken("gzip", read_, stream_.msg != nullptr ? stream_.msg : "not gzip");
            outlet_.Give(given, out);
            if (result == Z_STREAM_END) {
                inflateReset(&stream_);
                inside_ = false;
                given = kPieceBytes;
            }
        }
    }

    z_stream stream_{};
    Outlet outlet_;
    int64_t read_ = 0;
    bool inside_ = true;  // an empty input is no gzip
};

class ZstdDecompressor final : public Decompressor {
  public:
    explicit ZstdDecompressor(DecompressLimits limits) : context_(ZSTD_createDCtx()), outlet_(limits.bytes_max) {
        if (!context_) throw Error(ErrorCode::kInternal, "no memory to unpack zstd");
        ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, limits.window_log_max);
    }

    void Feed(std::string_view in, const std::function<void(std::string_view)>& out) override {
        ZSTD_inBuffer input{in.data(), in.size(), 0};
        bool full = true;
        while (input.pos < input.size || (full && wants_ != 0)) {
            const size_t before = input.pos;
            ZSTD_outBuffer output{outlet_.data(), kPieceBytes, 0};
            const size_t result = ZSTD_decompressStream(context_.get(), &output, &input);
            read_ += static_cast<int64_t>(input.pos - before);
            if (ZSTD_isError(result)) ThrowBroken("zstd", read_, ZSTD_getErrorName(result));
            wants_ = result;
            full = output.pos == output.size;
            outlet_.Give(output.pos, out);
        }
    }

    void Finish() override {
        if (wants_ != 0) ThrowBroken("zstd", read_, "it ends too early");
    }

  private:
    std::unique_ptr<ZSTD_DCtx, FreeDCtx> context_;
    Outlet outlet_;
    int64_t read_ = 0;
    size_t wants_ = 1;  // 0 between frames; an empty input is no zstd
};

bool SameWord(std::string_view a, std::string_view lower) {
    return std::equal(a.begin(), a.end(), lower.begin(), lower.end(), [](char x, char y) {
        return (x >= 'A' && x <= 'Z' ? static_cast<char>(x - 'A' + 'a') : x) == y;
    });
}

}  // namespace

std::string ZstdCompress(std::string_view bytes, int level) {
    std::string frame(ZSTD_compressBound(bytes.size()), '\0');
    const size_t size =
        ZSTD_compressCCtx(ThreadCompressor(), frame.data(), frame.size(), bytes.data(), bytes.size(), level);
    if (ZSTD_isError(size)) throw Error(ErrorCode::kInternal, "zstd could not compress", {}, ZSTD_getErrorName(size));
    frame.resize(size);
    return frame;
}

std::string ZstdDecompress(std::string_view frame, size_t bytes_max) {
    const unsigned long long stated = ZSTD_getFrameContentSize(frame.data(), frame.size());
    if (stated == ZSTD_CONTENTSIZE_ERROR || stated == ZSTD_CONTENTSIZE_UNKNOWN)
        ThrowBroken("zstd", 0, "not a frame that states its length");
    if (stated > bytes_max)
        throw Error(ErrorCode::kTooLarge,
                    fmt::format("the zstd frame unpacks to {} bytes, over {}", stated, bytes_max));
    std::string bytes(static_cast<size_t>(stated), '\0');
    const size_t size =
        ZSTD_decompressDCtx(ThreadDecompressor(), bytes.data(), bytes.size(), frame.data(), frame.size());
    if (ZSTD_isError(size)) ThrowBroken("zstd", 0, ZSTD_getErrorName(size));
    bytes.resize(size);
    return bytes;
}

bool ZstdDecompressTo(std::string_view frame, char* out, size_t size) {
    return ZSTD_decompressDCtx(ThreadDecompressor(), out, size, frame.data(), frame.size()) == size;
}

std::optional<Compression> ParseCompression(std::string_view name) {
    if (SameWord(name, "gzip") || SameWord(name, "x-gzip")) return Compression::kGzip;
    if (SameWord(name, "zstd")) return Compression::kZstd;
    return std::nullopt;
}

std::optional<Compression> DetectCompression(std::string_view head) {
    using namespace std::string_view_literals;
    if (head.starts_with("\x1f\x8b"sv)) return Compression::kGzip;
    if (head.starts_with("\x28\xb5\x2f\xfd"sv)) return Compression::kZstd;
    return std::nullopt;
}

std::unique_ptr<Decompressor> MakeDecompressor(Compression compression, DecompressLimits limits) {
    if (compression == Compression::kGzip) return std::make_unique<GzipDecompressor>(limits);
    return std::make_unique<ZstdDecompressor>(limits);
}

}  // namespace dagy
