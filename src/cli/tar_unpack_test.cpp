#include "cli/tar_unpack.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"
#include "base/ids.h"

namespace dagy::cli {
namespace {

std::string Member(const std::string& name, const std::string& content, char type = '0') {
    std::string head(512, '\0');
    head.replace(0, name.size(), name);
    char size[12];
    std::snprintf(size, sizeof size, "%011o", static_cast<unsigned>(content.size()));
    head.replace(124, 11, size);
    head[156] = type;
    head.replace(257, 5, "ustar");
    unsigned sum = 8 * ' ';
    for (const char byte : head) sum += static_cast<unsigned char>(byte);
    char checksum[8];
    std::snprintf(checksum, sizeof checksum, "%06o", sum);
    head.replace(148, 8, std::string(checksum, 7) + ' ');
    return head + content + std::string((512 - content.size() % 512) % 512, '\0');
}

class TarUnpackTest : public testing::Test {
  protected:
    ~TarUnpackTest() override {
        std::error_code ignored;
        std::filesystem::remove_all(outside_, ignored);
    }
    std::string Read(const std::string& name) {
        std::ifstream in(folder_ / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    ErrorCode CodeOf(const std::string& archive) {
        try {
            TarUnpack(folder_).Take(archive);
        } catch (const Error& failed) {
            return failed.code();
        }
        return ErrorCode::kInternal;
    }
    std::filesystem::path outside_ = std::filesystem::temp_directory_path() / ("dagy_tar_" + RandomHex(8));
    std::filesystem::path folder_ = outside_ / "copy";
};

TEST_F(TarUnpackTest, WritesFilesHoweverTheBytesCome) {
    const std::string name = "a/" + std::string(120, 'n');
    const std::string archive = Member("org=1/x.parquet", std::string(1000, 'x')) + Member("empty", "") +
                                Member("././@LongLink", name + '\0', 'L') + Member(name.substr(0, 90), "long") +
                                std::string(1024, '\0');
    for (const size_t piece : {archive.size(), size_t{1}, size_t{511}}) {
        std::filesystem::remove_all(folder_);
        TarUnpack unpack(folder_);
        for (size_t at = 0; at < archive.size(); at += piece) unpack.Take(std::string_view(archive).substr(at, piece));
        EXPECT_TRUE(unpack.Ended());
        EXPECT_EQ(unpack.files(), 3);
        EXPECT_EQ(Read("org=1/x.parquet"), std::string(1000, 'x'));
        EXPECT_EQ(Read(name), "long");
        EXPECT_TRUE(std::filesystem::exists(folder_ / "empty"));
    }
}

TEST_F(TarUnpackTest, NothingIsWrittenElsewhere) {
    const std::string absolute = (outside_ / "x").string();
    for (const std::string& name : {std::string("../x"), absolute, std::string("a/../../x"), std::string("a//b"),
                                    std::string("./x"), std::string()})
        EXPECT_EQ(CodeOf(Member(name, "x")), ErrorCode::kStorage) << name;
    EXPECT_EQ(CodeOf(Member("link", "", '2')), ErrorCode::kStorage);
    EXPECT_EQ(CodeOf(std::string(512, 'x')), ErrorCode::kStorage);
    EXPECT_FALSE(std::filesystem::exists(outside_ / "x"));
}

TEST_F(TarUnpackTest, AnArchiveThatBreaksOffHasNotEnded) {
    TarUnpack unpack(folder_);
    unpack.Take(Member("x", std::string(1000, 'x')).substr(0, 700));
    EXPECT_FALSE(unpack.Ended());
}

}  // namespace
}  // namespace dagy::cli
