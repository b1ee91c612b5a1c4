#include "base/file_lock.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memory>

#include "base/error.h"

namespace dagy {
namespace {

class FileLockTest : public ::testing::Test {
  protected:
    FileLockTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "dagy_lock_XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~FileLockTest() override { std::filesystem::remove_all(folder_); }
    std::filesystem::path folder_;
};

TEST_F(FileLockTest, TheSecondLearnsWhoIsFirst) {
    auto first = std::make_unique<FileLock>(folder_);
    first->SetUrl("http://localhost:8000");
    try {
        FileLock second(folder_);
        FAIL() << "two hold the folder";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::kLocked);
        EXPECT_NE(error.detail().find(std::to_string(::getpid())), std::string::npos) << error.detail();
        EXPECT_NE(error.hint().find("http://localhost:8000"), std::string::npos) << error.hint();
    }
    ASSERT_TRUE(FileLock::Holder(folder_));
    EXPECT_EQ(FileLock::Holder(folder_)->pid, ::getpid());
    EXPECT_EQ(FileLock::Holder(folder_)->url, "http://localhost:8000");
    first.reset();
    EXPECT_FALSE(FileLock::Holder(folder_));
    EXPECT_NO_THROW(FileLock{folder_});
}

TEST_F(FileLockTest, AKilledHolderLetsGo) {
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const FileLock lock(folder_);
        (void)!::write(ready[1], "x", 1);
        ::pause();
        ::_exit(0);
    }
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    EXPECT_EQ(FileLock::Holder(folder_)->pid, child);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_NO_THROW(FileLock{folder_});
    ::close(ready[0]);
    ::close(ready[1]);
}

TEST_F(FileLockTest, AMissingFolderIsSaid) {
    try {
        FileLock lock(folder_ / "none");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::kStorage);
        EXPECT_EQ(error.detail().find(folder_.string()), std::string::npos) << "paths are internal";
    }
}

}  // namespace
}  // namespace dagy
