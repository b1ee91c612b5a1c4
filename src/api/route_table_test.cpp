#include "api/route_table.h"

#include <gtest/gtest.h>

#include "api/parameter_list.h"
#include "base/error.h"

namespace dagy::api {
namespace {

RouteTable Table() {
    RouteTable table;
    table.Add({.method = "GET", .path = "/a/{id}", .operation_id = "one", .parameters = {PathText("id", "")}});
    table.Add({.method = "GET", .path = "/a/me", .operation_id = "me"});
    table.Add({.method = "POST", .path = "/a/{id}/b", .operation_id = "post", .parameters = {PathText("id", "")}});
    return table;
}

TEST(RouteTableTest, EncodedSlashesStayInTheirSegment) {
    const RouteTable table = Table();
    const auto match = table.Find("GET", "/a/x%2Fy%20%C3%BC");
    ASSERT_NE(match.route, nullptr);
    EXPECT_EQ(match.path_parameters.at("id"), "x/y ü");
    EXPECT_EQ(table.Find("GET", "/a/x/y").route, nullptr);
}

TEST(RouteTableTest, ALiteralWinsOverAParameter) {
    const RouteTable table = Table();
    EXPECT_EQ(table.Find("GET", "/a/me").route->operation_id, "me");
    EXPECT_EQ(table.Find("GET", "/a/you").route->operation_id, "one");
}

TEST(RouteTableTest, DotsAreAnIdLikeAnyOther) {
    const RouteTable table = Table();
    EXPECT_EQ(table.Find("POST", "/a/../b").path_parameters.at("id"), "..");
    EXPECT_EQ(table.Find("POST", "/a/%2E%2E/b").path_parameters.at("id"), "..");
}

TEST(RouteTableTest, EmptySegmentsAndBadEscapesMatchNothing) {
    const RouteTable table = Table();
    EXPECT_EQ(table.Find("GET", "/a/").route, nullptr);
    EXPECT_EQ(table.Find("POST", "/a//b").route, nullptr);
    EXPECT_TRUE(table.Find("GET", "/a/%4").bad_escape);
    EXPECT_EQ(table.Find("GET", "").route, nullptr);
}

TEST(RouteTableTest, OtherMethodsOfThePathAreNamed) {
    const RouteTable table = Table();
    EXPECT_EQ(table.Find("DELETE", "/a/1/b").allowed, std::vector<std::string>{"POST"});
    EXPECT_EQ(table.Find("HEAD", "/a/1").route->operation_id, "one");
}

TEST(RouteTableTest, MistakesOfOursAreRefusedAtTheStart) {
    RouteTable table = Table();
    EXPECT_THROW(table.Add({.method = "GET", .path = "/c", .operation_id = "me"}), Error);
    EXPECT_THROW(table.Add({.method = "GET", .path = "/a/me", .operation_id = "other"}), Error);
    EXPECT_THROW(table.Add({.method = "GET", .path = "/d/{id}", .operation_id = "d"}), Error);
}

}  // namespace
}  // namespace dagy::api
