#include "objects/folder/url_signer.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>
#include <vector>

#include "base/error.h"

namespace dagy::objects {
namespace {

namespace fs = std::filesystem;

class UrlSignerTest : public ::testing::Test {
  protected:
    UrlSignerTest() {
        std::string pattern = (fs::temp_directory_path() / "dagy_signer_XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~UrlSignerTest() override { fs::remove_all(folder_); }
    fs::path File() const { return folder_ / "url_secret"; }

    fs::path folder_;
};

TEST(HmacTest, OfRfc4231) {
    EXPECT_EQ(HmacSha256Hex(std::string(20, '\x0b'), "Hi There"),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(HmacSha256Hex("Jefe", "what do ya want for nothing?"),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(HmacSha256Hex(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_F(UrlSignerTest, ASignatureIsOfOneMethodKeyAndTime) {
    UrlSigner signer(File());
    const std::string right = signer.Sign("GET", "a/b", 1000);
    EXPECT_TRUE(signer.IsRight("GET", "a/b", 1000, right));
    EXPECT_FALSE(signer.IsRight("PUT", "a/b", 1000, right));
    EXPECT_FALSE(signer.IsRight("GET", "a/c", 1000, right));
    EXPECT_FALSE(signer.IsRight("GET", "a/b", 1001, right));
    EXPECT_FALSE(signer.IsRight("GET", "a/b", 1000, ""));
    EXPECT_FALSE(signer.IsRight("GET", "a/b", 1000, right + "0"));
    EXPECT_FALSE(signer.IsRight("GET", "a/b", 1000, right.substr(1)));
}

TEST_F(UrlSignerTest, TheSecretIsItsOwnersAloneAndStays) {
    const std::string before = UrlSigner(File()).Sign("GET", "a", 1);
    struct stat info{};
    ASSERT_EQ(::stat(File().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600U);
    EXPECT_EQ(UrlSigner(File()).Sign("GET", "a", 1), before) << "another process signs the same";
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1) << "nothing is left beside it";
}

TEST_F(UrlSignerTest, OfManyAtOnceOneMakesTheSecret) {
    std::vector<std::string> signatures(8);
    std::vector<std::thread> threads;
    for (std::string& signature : signatures)
        threads.emplace_back([&] { signature = UrlSigner(File()).Sign("GET", "a", 1); });
    for (std::thread& thread : threads) thread.join();
    for (const std::string& signature : signatures) EXPECT_EQ(signature, signatures.front());
}

TEST_F(UrlSignerTest, ADamagedSecretSignsNothing) {
    std::ofstream(File()) << "short";
    UrlSigner signer(File());
    EXPECT_THROW(signer.Sign("GET", "a", 1), Error);
    EXPECT_THROW(UrlSigner("").Sign("GET", "a", 1), Error);
}

}  // namespace
}  // namespace dagy::objects
