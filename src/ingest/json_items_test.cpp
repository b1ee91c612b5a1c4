#include "ingest/json_items.h"

#include <gmock/gmock.h>

#include <vector>

#include "base/error.h"

namespace dagy::ingest {
namespace {

using testing::HasSubstr;

std::vector<std::string> Items(std::string_view text) {
    TextSource source(text);
    JsonItems items(source, "runs.json");
    std::vector<std::string> all;
    JsonItem item;
    while (items.Next(item)) all.push_back(item.key + "=" + json::serialize(item.value));
    return all;
}

std::string Fault(std::string_view text) {
    try {
        Items(text);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::kBadRequest);
        return error.detail();
    }
    return "no fault";
}

TEST(JsonItemsTest, ElementsAndMembers) {
    EXPECT_THAT(Items(" [ {\"a\": [1, \"]}\"]} , 2,null, \"x\\\"]\" ]\n"),
                testing::ElementsAre("={\"a\":[1,\"]}\"]}", "=2", "=null", "=\"x\\\"]\""));
    EXPECT_THAT(Items("{\"a|\\u00e9\": 1, \"b\": {}}"), testing::ElementsAre("a|é=1", "b={}"));
    EXPECT_THAT(Items("[]"), testing::IsEmpty());
    EXPECT_THAT(Items("{ }"), testing::IsEmpty());
    EXPECT_THAT(Items(" null \n"), testing::IsEmpty());
    EXPECT_THAT(Items("\xEF\xBB\xBF[1]"), testing::ElementsAre("=1"));
}

TEST(JsonItemsTest, EveryCutIsNamedWithItsByte) {
    const std::string whole = "[{\"a\": \"x\"}, {\"b\": 12}]";
    for (size_t bytes = 1; bytes < whole.size(); ++bytes) {
        const std::string fault = Fault(whole.substr(0, bytes));
        EXPECT_THAT(fault, HasSubstr("runs.json")) << bytes;
        EXPECT_THAT(fault, HasSubstr("byte")) << bytes;
    }
    EXPECT_EQ(Fault("[{\"a\": \"x"),
              "runs.json is not valid at byte 9: it ends too early, inside a text: the file was cut");
}

TEST(JsonItemsTest, OtherFaultsAreNamed) {
    EXPECT_THAT(Fault(""), HasSubstr("it is empty"));
    EXPECT_THAT(Fault("<html>"), HasSubstr("array or object is expected"));
    EXPECT_THAT(Fault("[1 2]"), HasSubstr("',' is missing between two items"));
    EXPECT_THAT(Fault("[1] 2"), HasSubstr("something stands after its end"));
    EXPECT_THAT(Fault("{1:2}"), HasSubstr("name is expected"));
    EXPECT_THAT(Fault("[{\"a\" 1}]"), HasSubstr("the item at byte 1"));
    EXPECT_THAT(Fault("[" + std::string(100000, '[') + std::string(100000, ']') + "]"), HasSubstr("runs.json"));
}

TEST(JsonItemsTest, ItemsOverBlockBordersAreWhole) {
    const std::string big(200000, 'x');
    EXPECT_THAT(Items("[\"" + big + "\",\"" + big + "\"]"),
                testing::ElementsAre("=\"" + big + "\"", "=\"" + big + "\""));
}

}  // namespace
}  // namespace dagy::ingest
