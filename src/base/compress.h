/// zstd and gzip: whole blocks, and streams of unknown length. Every way in has a bound, so that a small bomb stays
/// small.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace dagy {

/// One zstd frame that states its own length.
std::string ZstdCompress(std::string_view bytes, int level = 1);

/// Throws kTooLarge if it would be longer than `bytes_max`, kBadRequest for a broken frame.
std::string ZstdDecompress(std::string_view frame, size_t bytes_max);

/// False unless the frame unpacks to exactly `size` bytes, which then stand at `out`. Throws nothing.
bool ZstdDecompressTo(std::string_view frame, char* out, size_t size);

struct DecompressLimits {
    int64_t bytes_max = INT64_MAX;  ///< of output over the whole stream
    int window_log_max =
        23;  ///< zstd: memory a frame may ask for, as a power of two (8 MiB, what RFC 9659 grants HTTP)
};

/// A stream, piece by piece. Not thread-safe. Several members or frames in a row are one text, as gzip and zstd
/// themselves have it.
class Decompressor {
  public:
    virtual ~Decompressor() = default;

    /// Hands what `in` unpacks to to `out`, in pieces of at most 128 KiB. What `out` throws passes through.
    /// Throws kBadRequest for broken input (with the byte of the compressed stream), kTooLarge over the limit.
    virtual void Feed(std::string_view in, const std::function<void(std::string_view)>& out) = 0;

    /// The input ends here. Throws kBadRequest if it ends inside a member or frame.
    virtual void Finish() = 0;
};

enum class Compression { kGzip, kZstd };

/// `gzip`, `x-gzip`, `zstd` (HTTP's Content-Encoding, any case); nothing for another word.
std::optional<Compression> ParseCompression(std::string_view name);

/// By the first bytes of a file (4 are enough); nothing if it is neither.
std::optional<Compression> DetectCompression(std::string_view head);

std::unique_ptr<Decompressor> MakeDecompressor(Compression compression, DecompressLimits limits = {});

}  // namespace dagy
