#include <gtest/gtest.h>

#include "api/schemas.h"

namespace dagy::api {
namespace {

std::vector<std::string> Pointers(std::string_view body, std::string_view schema) {
    std::vector<std::string> pointers;
    for (const Fault& fault : FaultsOfBody(ParseJson(body, "the body"), schema)) pointers.push_back(fault.pointer);
    return pointers;
}

TEST(BodyCheckTest, EveryFaultIsListed) {
    EXPECT_EQ(Pointers(R"({"runId": 7, "tryNumbers": [1, 0, "x"], "force": true})", "CreateDiagnosisRequest"),
              (std::vector<std::string>{"/dagId", "/runId", "/tryNumbers/1", "/tryNumbers/2", "/force"}));
}

TEST(BodyCheckTest, AGoodBodyHasNone) {
    EXPECT_TRUE(Pointers(R"({"dagId":"d","runId":"r","taskId":null,"tryNumbers":[2],"skipCacheRead":false})",
                         "CreateDiagnosisRequest")
                    .empty());
}

TEST(BodyCheckTest, NotAnObject) {
    EXPECT_EQ(Pointers("[]", "CreateDiagnosisRequest"), std::vector<std::string>{""});
    EXPECT_EQ(Pointers("null", "CreateDiagnosisRequest"), std::vector<std::string>{""});
}

TEST(BodyCheckTest, EnumsTimesAndLengths) {
    EXPECT_EQ(Pointers(R"({"name":"","role":"king","expires_at":"soon"})", "CreateApiKeyRequest"),
              (std::vector<std::string>{"/name", "/role", "/expires_at"}));
}

TEST(BodyCheckTest, MemberNamesAreEscapedInPointers) {
    EXPECT_EQ(Pointers(R"({"name":"n","a/b~c":1})", "CreateApiKeyRequest"), std::vector<std::string>{"/a~1b~0c"});
}

TEST(BodyCheckTest, EveryReferenceInASchemaLeadsSomewhere) {
    const std::string all = json::serialize(Schemas());
    constexpr std::string_view kPrefix = "#/components/schemas/";
    for (size_t at = all.find(kPrefix); at != std::string::npos; at = all.find(kPrefix, at + 1)) {
        const size_t begin = at + kPrefix.size();
        EXPECT_TRUE(Schemas().contains(all.substr(begin, all.find('"', begin) - begin)));
    }
}

TEST(BodyCheckTest, AWholeNumberMayHaveAPoint) {
    EXPECT_EQ(WholeNumbers(json::parse(R"({"a":[36.0,-1e3,0.5,{"b":1e300}],"c":"36.0"})")),
              json::parse(R"({"a":[36,-1000,0.5,{"b":1e300}],"c":"36.0"})"));
}

}  // namespace
}  // namespace dagy::api
