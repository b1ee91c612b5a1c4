#include "lake/data_columns.h"

#include <gtest/gtest.h>

namespace dagy::lake {
namespace {

json::object Object(std::string_view text) {
    return json::parse(text).as_object();
}

std::string Types(std::initializer_list<std::string_view> rows) {
    DataColumns columns;
    for (const std::string_view row : rows) columns.AddRow(Object(row));
    std::string types;
    for (const auto& column : columns.all()) types += column.name + ":" + std::string(DuckName(column.type)) + " ";
    return types;
}

TEST(DataColumnsTest, TakesTheNarrowestType) {
    EXPECT_EQ(Types({R"({"a":1,"b":2.5,"c":true,"d":"x","e":[1],"f":null})"}),
              "a:BIGINT b:DOUBLE c:BOOLEAN d:VARCHAR e:JSON f:INTEGER ");
    EXPECT_EQ(Types({R"({"a":1})", R"({"a":null})", R"({"a":2.5})"}), "a:DOUBLE ");
    EXPECT_EQ(Types({R"({"a":1})", R"({"a":"x"})"}), "a:JSON ");
    EXPECT_EQ(Types({R"({"a":18446744073709551615})"}), "a:JSON ");
}

TEST(DataColumnsTest, KeepsTheOrderOfFirstAppearance) {
    EXPECT_EQ(Types({R"({"b":1})", R"({"a":1,"b":1})", R"({"c":1})"}), "b:BIGINT a:BIGINT c:BIGINT ");
}

TEST(DataColumnsTest, NamesThatParquetCannotTellApartGetOneColumn) {
    DataColumns columns;
    columns.AddRow(Object(R"({"Id":1,"id":2,"_row":3,"":4,"a\u0000b":5})"));
    ASSERT_EQ(columns.all().size(), 1U);
    EXPECT_EQ(columns.all()[0].name, "Id");
    EXPECT_TRUE(columns.has_others());
    EXPECT_TRUE(columns.Find("Id").has_value());
    EXPECT_FALSE(columns.Find("id").has_value());
}

TEST(DataColumnsTest, CanonicalFormHasNoNullsAndNoEmptyFractions) {
    EXPECT_EQ(json::serialize(Canonical(Object(R"({"a":2.0,"b":null,"c":2.5,"d":1e300,"e":[2.0]})"))),
              json::serialize(Object(R"({"a":2,"c":2.5,"d":1e300,"e":[2.0]})")));
}

}  // namespace
}  // namespace dagy::lake
