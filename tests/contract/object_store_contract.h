/// What every ObjectStore does. An implementation's test names a factory and instantiates the suite:
///   INSTANTIATE_TEST_SUITE_P(Folder, ObjectStoreContract, ::testing::Values(MakeFolder));
#pragma once

#include <gmock/gmock.h>

#include <functional>
#include <memory>
#include <thread>

#include "base/error.h"
#include "objects/object_store.h"

namespace dagy::objects {

/// Owns a fresh, empty store and what it stands on.
class ObjectStoreHolder {
  public:
    virtual ~ObjectStoreHolder() = default;
    virtual ObjectStore& store() = 0;
};

using MakeObjectStore = std::unique_ptr<ObjectStoreHolder> (*)();

class ObjectStoreContract : public ::testing::TestWithParam<MakeObjectStore> {
  protected:
    ObjectStore& store() { return holder_->store(); }

    static ErrorCode CodeOf(const std::function<void()>& call) {
        try {
            call();
        } catch (const Error& error) {
            return error.code();
        }
        ADD_FAILURE() << "nothing was thrown";
        return ErrorCode::kInternal;
    }
    std::vector<std::string> Keys(const std::string& prefix) {
        std::vector<std::string> keys;
        for (const ObjectInfo& info : store().List(prefix)) keys.push_back(info.key);
        return keys;
    }
    std::filesystem::path ScratchFileWith(std::string_view bytes) {
        const auto path = store().ScratchFolder() / "finished";
        std::FILE* file = std::fopen(path.c_str(), "wb");
        std::fwrite(bytes.data(), 1, bytes.size(), file);
        std::fclose(file);
        return path;
    }

    std::unique_ptr<ObjectStoreHolder> holder_ = GetParam()();
};

/// The signature within a URL that this server itself honours; empty for a store whose URLs lead elsewhere.
inline std::string SignatureOf(const std::string& url) {
    const size_t at = url.find("&signature=");
    return url.starts_with('/') && at != std::string::npos ? url.substr(at + 11) : std::string();
}

TEST_P(ObjectStoreContract, AUrlIsOfOneObjectAndTime) {
    const Time expires = FromMicros(1'700'000'000'000'000);
    const std::string url = store().Presign("a/b c.parquet", expires);
    EXPECT_FALSE(url.contains(' ')) << url;
    EXPECT_NE(url, store().Presign("a/b d.parquet", expires));
    EXPECT_NE(url, store().Presign("a/b c.parquet", expires + std::chrono::seconds(1)));
    EXPECT_EQ(CodeOf([&] { store().Presign("../a", expires); }), ErrorCode::kInvalidInput);

    const std::string signature = SignatureOf(url);
    if (signature.empty()) return;
    EXPECT_TRUE(store().Honours("a/b c.parquet", 1'700'000'000, signature));
    EXPECT_FALSE(store().Honours("a/b d.parquet", 1'700'000'000, signature));
    EXPECT_FALSE(store().Honours("a/b c.parquet", 1'700'000'001, signature));
    EXPECT_FALSE(store().Honours("a/b c.parquet", 1'700'000'000, ""));
}

TEST_P(ObjectStoreContract, WhatWasPutIsThere) {
    const std::string bytes = std::string("\0binary\xff", 8) + std::string(100'000, 'x');
    store().Put("a/b/c.parquet", bytes);
    EXPECT_EQ(store().Get("a/b/c.parquet"), bytes);
    ASSERT_TRUE(store().Stat("a/b/c.parquet"));
    EXPECT_EQ(store().Stat("a/b/c.parquet")->bytes, static_cast<int64_t>(bytes.size()));
    EXPECT_EQ(std::filesystem::file_size(store().LocalFile("a/b/c.parquet")), bytes.size());
    store().Put("empty", "");
    EXPECT_EQ(store().Get("empty"), "");
}

TEST_P(ObjectStoreContract, PutAgainReplacesTheWhole) {
    store().Put("k", "a long first text");
    store().Put("k", "short");
    EXPECT_EQ(store().Get("k"), "short");
}

TEST_P(ObjectStoreContract, AFileIsMovedIn) {
    const auto file = ScratchFileWith("rows");
    store().PutFile("x/y", file);
    EXPECT_EQ(store().Get("x/y"), "rows");
    EXPECT_FALSE(std::filesystem::exists(file));
    EXPECT_THAT(Keys(""), ::testing::ElementsAre("x/y")) << "scratch files are no objects";
}

TEST_P(ObjectStoreContract, WhatIsNotThereIsNotFound) {
    EXPECT_EQ(CodeOf([&] { store().Get("none"); }), ErrorCode::kNotFound);
    EXPECT_EQ(CodeOf([&] { store().LocalFile("none/at/all"); }), ErrorCode::kNotFound);
    EXPECT_FALSE(store().Stat("none"));
    store().Put("a/b", "x");
    EXPECT_FALSE(store().Stat("a")) << "a folder is no object";
    EXPECT_EQ(CodeOf([&] { store().Get("a"); }), ErrorCode::kNotFound);
    EXPECT_FALSE(store().Stat("a/b/c"));
}

TEST_P(ObjectStoreContract, ListsByPrefixInOrder) {
    for (const char* key : {"org=a/r10", "org=a/r1", "org=a/sub/x", "org=ab/y", "org=b/z"}) store().Put(key, "1");
    EXPECT_THAT(Keys("org=a/"), ::testing::ElementsAre("org=a/r1", "org=a/r10", "org=a/sub/x"));
    EXPECT_THAT(Keys("org=a"), ::testing::ElementsAre("org=a/r1", "org=a/r10", "org=a/sub/x", "org=ab/y"));
    EXPECT_THAT(Keys("org=a/r1"), ::testing::ElementsAre("org=a/r1", "org=a/r10"));
    EXPECT_EQ(Keys("").size(), 5u);
    EXPECT_THAT(Keys("nothing/here"), ::testing::IsEmpty());
}

TEST_P(ObjectStoreContract, DeleteIsDoneOnceAndForAll) {
    store().Put("a/b/c", "1");
    store().Put("a/b/d", "2");
    store().Delete("a/b/c");
    EXPECT_FALSE(store().Stat("a/b/c"));
    EXPECT_EQ(store().Get("a/b/d"), "2");
    EXPECT_NO_THROW(store().Delete("a/b/c"));
    EXPECT_NO_THROW(store().Delete("never/was"));
}

TEST_P(ObjectStoreContract, KeysThatLeadOutAreRefused) {
    for (const std::string key : {"", "/etc/passwd", "../x", "a/../../x", "a//b", "a/", "./a", "a/.", "a/.."}) {
        EXPECT_EQ(CodeOf([&] { store().Put(key, "x"); }), ErrorCode::kInvalidInput) << key;
        EXPECT_EQ(CodeOf([&] { store().Get(key); }), ErrorCode::kInvalidInput) << key;
        EXPECT_EQ(CodeOf([&] { store().Delete(key); }), ErrorCode::kInvalidInput) << key;
    }
    EXPECT_EQ(CodeOf([&] { store().Put(std::string("a\0b", 3), "x"); }), ErrorCode::kInvalidInput);
    EXPECT_EQ(CodeOf([&] { store().Put(std::string(2000, 'k'), "x"); }), ErrorCode::kInvalidInput);
    EXPECT_EQ(CodeOf([&] { store().List("../"); }), ErrorCode::kInvalidInput);
}

TEST_P(ObjectStoreContract, OddNamesAreKept) {
    for (const std::string key : {"run=scheduled__2026-05-13T00%3A00%3A00", "日本/é 'q\" %2F..x", "a/...", "a/ b"}) {
        store().Put(key, key);
        EXPECT_EQ(store().Get(key), key);
    }
    EXPECT_EQ(Keys("").size(), 4u);
}

TEST_P(ObjectStoreContract, ReadersSeeOneWholeObjectWhileItIsReplaced) {
    const std::string a(200'000, 'a'), b(100'000, 'b');
    store().Put("k", a);
    std::jthread writer([&] {
        for (int i = 0; i < 20; ++i) store().Put("k", i % 2 == 0 ? b : a);
    });
    for (int i = 0; i < 200; ++i) {
        const std::string seen = store().Get("k");
        EXPECT_TRUE(seen == a || seen == b) << seen.size();
    }
}

TEST_P(ObjectStoreContract, NeighboursComeAndGoWithoutHarm) {
    std::vector<std::jthread> writers;
    for (int t = 0; t < 4; ++t)
        writers.emplace_back([&, t] {
            const std::string key = "shared/folder/" + std::to_string(t);
            for (int i = 0; i < 30; ++i) {
                store().Put(key, "x");
                store().Delete(key);
            }
            store().Put(key, "last");
        });
    writers.clear();
    EXPECT_EQ(Keys("shared/").size(), 4u);
}

}  // namespace dagy::objects
