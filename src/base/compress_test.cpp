#include "base/compress.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "base/error.h"

namespace dagy {
namespace {

std::string Gzip(std::string_view text) {
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(out.size() - stream.avail_out);
    deflateEnd(&stream);
    return out;
}

std::string LongText() {
    std::string text;
    for (int i = 0; i < 60000; ++i) text += "line " + std::to_string(i * 7919) + "\n";
    return text;
}

std::string Unpack(Compression compression, std::string_view packed, size_t step, DecompressLimits limits = {}) {
    const auto unpacker = MakeDecompressor(compression, limits);
    std::string text;
    for (size_t at = 0; at < packed.size(); at += step)
        unpacker->Feed(packed.substr(at, step), [&](std::string_view piece) { text += piece; });
    unpacker->Finish();
    return text;
}

ErrorCode CodeOf(const std::function<void()>& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.code();
    }
    ADD_FAILURE() << "nothing was thrown";
    return ErrorCode::kInternal;
}

class CompressTest : public ::testing::TestWithParam<Compression> {
  protected:
    static std::string Pack(std::string_view text) {
        return GetParam() == Compression::kGzip ? Gzip(text) : ZstdCompress(text);
    }
};

TEST_P(CompressTest, UnpacksInPiecesOfAnySize) {
    const std::string text = LongText();
    const std::string packed = Pack(text);
    for (const size_t step : {size_t{1}, size_t{7}, size_t{4096}, packed.size()})
        EXPECT_EQ(Unpack(GetParam(), packed, step), text) << step;
}

TEST_P(CompressTest, MembersInARowAreOneText) {
    const std::string packed = Pack("one\n") + Pack("") + Pack("two\n");
    EXPECT_EQ(Unpack(GetParam(), packed, 3), "one\ntwo\n");
    EXPECT_EQ(Unpack(GetParam(), packed, packed.size()), "one\ntwo\n");
}

TEST_P(CompressTest, BrokenInputIsABadRequest) {
    const std::string text = LongText();
    const std::string packed = Pack(text);
    EXPECT_EQ(CodeOf([&] { Unpack(GetParam(), packed.substr(0, packed.size() / 2), 100); }), ErrorCode::kBadRequest);
    EXPECT_EQ(CodeOf([&] { Unpack(GetParam(), "", 1); }), ErrorCode::kBadRequest);
    EXPECT_EQ(CodeOf([&] { Unpack(GetParam(), "{\"kind\":\"log\"}\n", 100); }), ErrorCode::kBadRequest);
    EXPECT_EQ(CodeOf([&] { Unpack(GetParam(), packed + "trailing rubbish", 1000); }), ErrorCode::kBadRequest);
}

TEST_P(CompressTest, ABombStopsAtTheLimit) {
    const std::string packed = Pack(std::string(size_t{64} << 20, '\0'));
    size_t seen = 0;
    const auto unpacker = MakeDecompressor(GetParam(), {.bytes_max = 1 << 20});
    EXPECT_EQ(CodeOf([&] { unpacker->Feed(packed, [&](std::string_view piece) { seen += piece.size(); }); }),
              ErrorCode::kTooLarge);
    EXPECT_LE(seen, size_t{1} << 20);
}

INSTANTIATE_TEST_SUITE_P(Both, CompressTest, ::testing::Values(Compression::kGzip, Compression::kZstd),
                         [](const auto& chosen) { return chosen.param == Compression::kGzip ? "Gzip" : "Zstd"; });

TEST(CompressTest, WholeFramesGoBothWays) {
    const std::string text = LongText();
    const std::string frame = ZstdCompress(text, 3);
    EXPECT_EQ(ZstdDecompress(frame, text.size()), text);
    EXPECT_EQ(ZstdDecompress(ZstdCompress(""), 0), "");
    EXPECT_EQ(CodeOf([&] { ZstdDecompress(frame, text.size() - 1); }), ErrorCode::kTooLarge);
    EXPECT_EQ(CodeOf([&] { ZstdDecompress(frame.substr(0, frame.size() - 5), text.size()); }), ErrorCode::kBadRequest);
    EXPECT_EQ(CodeOf([&] { ZstdDecompress("nonsense", 100); }), ErrorCode::kBadRequest);
}

TEST(CompressTest, KnowsItsFormats) {
    EXPECT_EQ(DetectCompression(Gzip("x")), Compression::kGzip);
    EXPECT_EQ(DetectCompression(ZstdCompress("x")), Compression::kZstd);
    EXPECT_FALSE(DetectCompression("{}"));
    EXPECT_EQ(ParseCompression("GZip"), Compression::kGzip);
    EXPECT_FALSE(ParseCompression("br"));
}

TEST(ZstdDecompressToTest, TellsWhetherExactlySoMuchWasThere) {
    const std::string text = LongText();
    const std::string frame = ZstdCompress(text);
    std::string out(text.size(), '\0');
    EXPECT_TRUE(ZstdDecompressTo(frame, out.data(), out.size()));
    EXPECT_EQ(out, text);
    EXPECT_FALSE(ZstdDecompressTo(frame, out.data(), out.size() - 1));
    std::string more(text.size() + 1, '\0');
    EXPECT_FALSE(ZstdDecompressTo(frame, more.data(), more.size()));
    EXPECT_FALSE(ZstdDecompressTo("no frame at all", out.data(), out.size()));
}

}  // namespace
}  // namespace dagy
