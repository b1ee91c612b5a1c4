#include "base/json.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/ids.h"

namespace dagy {
namespace {

TEST(JsonTest, SaysWhereItBreaks) {
    try {
        ParseJson(R"({"a": 1,,})", "dag_runs.json");
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(error.detail().find("dag_runs.json"), std::string::npos);
        EXPECT_NE(error.detail().find("byte 8"), std::string::npos) << error.detail();
    }
    EXPECT_THROW(ParseJson(R"({"a": )", "x"), Error);
    EXPECT_THROW(ParseJson("1 2", "x"), Error);
    EXPECT_EQ(ParseJson(" [1] \n", "x").as_array().size(), 1U);
}

TEST(JsonTest, LooksUpByType) {
    const json::object object = ParseJson(R"({"s":"x","i":3,"f":3.0,"h":3.5,"n":null})", "x").as_object();
    EXPECT_EQ(GetString(object, "s"), "x");
    EXPECT_FALSE(GetString(object, "n"));
    EXPECT_EQ(GetInt(object, "f"), 3);
    EXPECT_FALSE(GetInt(object, "h"));
    EXPECT_EQ(GetInt(json::object{{"u", uint64_t{5}}}, "u"), 5);
    EXPECT_EQ(IntOr(object, "missing", 7), 7);
}

TEST(HashTest, IsSha256) {
    EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(IdsTest, SortByTimeAndNeverRepeat) {
    const Time t = *ParseTime("2026-01-01T00:00:00Z");
    EXPECT_LT(NewId("run_", t), NewId("run_", t + std::chrono::milliseconds(1)));
    EXPECT_NE(NewId("run_", t), NewId("run_", t));
    EXPECT_EQ(NewId("run_", t).size(), 36U);
}

}  // namespace
}  // namespace dagy
