#include "objects/folder/folder_store.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "contract/object_store_contract.h"

namespace dagy::objects {
namespace {

namespace fs = std::filesystem;

class FolderHolder final : public ObjectStoreHolder {
  public:
    FolderHolder() {
        std::string pattern = (fs::temp_directory_path() / "dagy_objects_XXXXXX").string();
        root_ = ::mkdtemp(pattern.data());
        store_ = OpenFolder(root_, root_.string() + ".url_secret");
    }
    ~FolderHolder() override {
        fs::remove_all(root_);
        fs::remove(root_.string() + ".url_secret");
    }
    ObjectStore& store() override { return *store_; }
    const fs::path& root() const { return root_; }

  private:
    fs::path root_;
    std::unique_ptr<ObjectStore> store_;
};

std::unique_ptr<ObjectStoreHolder> MakeFolder() {
    return std::make_unique<FolderHolder>();
}

INSTANTIATE_TEST_SUITE_P(Folder, ObjectStoreContract, ::testing::Values(&MakeFolder));

/// Runs `body` in a child, so that its limits and its death are its own; gives its exit code.
int InChild(const std::function<int()>& body) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(body());
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(FolderStoreTest, AFullDiskIsSaidAndLeavesNothing) {
    FolderHolder holder;
    holder.store().Put("kept", "old");
    const int code = InChild([&] {
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{1 << 20, 1 << 20};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        try {
            holder.store().Put("kept", std::string(size_t{4} << 20, 'x'));
        } catch (const Error& error) {
            if (error.code() != ErrorCode::kStorageFull) return 2;
            if (error.detail().contains(holder.root().string())) return 3;
            holder.store().Put("small", "still works");
            return 0;
        }
        return 1;
    });
    EXPECT_EQ(code, 0);
    EXPECT_EQ(holder.store().Get("kept"), "old");
    EXPECT_EQ(holder.store().Get("small"), "still works");
    EXPECT_TRUE(fs::is_empty(holder.store().ScratchFolder()));
}

TEST(FolderStoreTest, LeftoversOfTheKilledAreClearedWhenOld) {
    FolderHolder holder;
    const fs::path scratch = holder.store().ScratchFolder();
    const std::string old_file = (scratch / "put_old").string(), new_file = (scratch / "put_new").string();
    for (const auto& file : {old_file, new_file}) std::fclose(std::fopen(file.c_str(), "w"));
    fs::last_write_time(old_file, fs::file_time_type::clock::now() - std::chrono::hours(2));
    OpenFolder(holder.root());
    EXPECT_FALSE(fs::exists(old_file));
    EXPECT_TRUE(fs::exists(new_file)) << "another process may be writing it";
}

TEST(FolderStoreTest, ANewFileNeverReplacesAnObject) {
    FolderHolder holder;
    const auto file = [&](const char* name, const char* text) {
        const fs::path path = holder.store().ScratchFolder() / name;
        std::FILE* out = std::fopen(path.c_str(), "w");
        std::fputs(text, out);
        std::fclose(out);
        return path;
    };
    const fs::path second = file("second", "2");
    EXPECT_TRUE(holder.store().PutFileNew("a/b", file("first", "1")));
    EXPECT_FALSE(holder.store().PutFileNew("a/b", second));
    EXPECT_EQ(holder.store().Get("a/b"), "1");
    EXPECT_TRUE(fs::exists(second));
    EXPECT_THROW(holder.store().PutFileNew("../b", second), Error);
}

TEST(FolderStoreTest, WithoutASecretThereAreNoUrls) {
    FolderHolder holder;
    try {
        OpenFolder(holder.root())->Presign("a", Time{});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::kUnavailable);
    }
}

TEST(FolderStoreTest, UrlsArePathsOfOurOwnServer) {
    FolderHolder holder;
    const std::string url = holder.store().Presign("run=a%2Fb/logs.parquet", FromMicros(1'999'999));
    EXPECT_TRUE(url.starts_with("/objects/run%3Da%252Fb%2Flogs.parquet?expires=1&signature=")) << url;
}

TEST(FolderStoreTest, TheScratchFolderIsNoPlaceForObjects) {
    FolderHolder holder;
    EXPECT_THROW(holder.store().Put(".tmp/x", "1"), Error);
}

TEST(FolderStoreTest, EmptyFoldersGoWithTheirLastObject) {
    FolderHolder holder;
    holder.store().Put("org=a/run=b/x", "1");
    holder.store().Delete("org=a/run=b/x");
    EXPECT_FALSE(fs::exists(holder.root() / "org=a"));
}

TEST(FolderStoreTest, AFolderThatCannotBeWrittenIsSaid) {
    FolderHolder holder;
    std::fclose(std::fopen((holder.root() / "file").c_str(), "w"));
    try {
        OpenFolder(holder.root() / "file" / "sub");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::kStorage);
        EXPECT_FALSE(error.detail().contains(holder.root().string()));
    }
}

}  // namespace
}  // namespace dagy::objects
