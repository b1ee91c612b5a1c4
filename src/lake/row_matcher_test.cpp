#include "lake/row_matcher.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace dagy::lake {
namespace {

using Form = TextTerm::Form;
using Op = FieldTerm::Op;

bool Matches(const RowQuery& query, const SearchRow& row, std::string_view phase = "load") {
    RowTexts texts;
    return RowMatcher(query).Match(phase, row, texts);
}
bool LogMatches(TextTerm term, std::string message, std::string extras = {}) {
    const model::LogRow row{.message = std::move(message), .extras = std::move(extras)};
    return Matches({.terms = {std::move(term)}}, SearchRowOf(row));
}
bool DataMatches(RowQuery query, std::string_view columns) {
    const model::DataRow row{.row = 3, .columns = json::parse(columns).as_object()};
    return Matches(query, SearchRowOf(row));
}
bool FieldMatches(std::string column, Op op, std::string value, std::string_view columns) {
    return DataMatches({.fields = {{.column = std::move(column), .op = op, .value = std::move(value)}}}, columns);
}

TEST(RowMatcherTest, AnEmptyQueryTakesEveryRow) {
    EXPECT_TRUE(Matches({}, SearchRowOf(model::LogRow{})));
    EXPECT_TRUE(RowMatcher(RowQuery{}).Everything());
}

TEST(RowMatcherTest, ATermIsInTheMessageOrInAValueOfTheExtras) {
    EXPECT_TRUE(LogMatches({.text = "Timeout"}, "read TIMEOUT"));
    EXPECT_TRUE(LogMatches({.text = "pod-7"}, "read", R"({"host":"POD-7","n":1})"));
    EXPECT_TRUE(LogMatches({.text = "a\nb"}, "read", R"({"x":"a\nb"})"));
    EXPECT_TRUE(LogMatches({.text = "12.5"}, "read", R"({"x":12.5})"));
    EXPECT_FALSE(LogMatches({.text = "host"}, "read", R"({"host":"pod"})")) << "the name of a member is no value";
    EXPECT_TRUE(LogMatches({.text = "no json"}, "read", "no JSON"));
}

TEST(RowMatcherTest, AWordStandsAlone) {
    EXPECT_TRUE(LogMatches({Form::kWord, "key"}, "no Key."));
    EXPECT_TRUE(LogMatches({Form::kWord, "key"}, "monkey key"));
    EXPECT_FALSE(LogMatches({Form::kWord, "key"}, "monkey keys key_1 7key"));
    EXPECT_FALSE(LogMatches({Form::kWord, "ber"}, "über")) << "ü is a letter";
    EXPECT_TRUE(LogMatches({Form::kWord, "über"}, "Über uns"));
    EXPECT_FALSE(LogMatches({Form::kWord, "über"}, "überé"));
    EXPECT_TRUE(LogMatches({Form::kWord, "日"}, "a 日 b"));
}

TEST(RowMatcherTest, ARegexFoldsCaseAndABadOneIsNamed) {
    EXPECT_TRUE(LogMatches({Form::kRegex, "err(or)?:\\s+\\d{3}"}, "ERROR:  504"));
    EXPECT_FALSE(LogMatches({Form::kRegex, "^or"}, "error"));
    try {
        LogMatches({Form::kRegex, "fine (and) then [z-a]"}, "x");
        FAIL();
    } catch (const Error& failed) {
        EXPECT_EQ(failed.code(), ErrorCode::kInvalidInput);
        EXPECT_TRUE(failed.detail().contains("z-a")) << failed.detail();
        EXPECT_TRUE(failed.detail().contains("at byte 17")) << failed.detail();
    }
}

TEST(RowMatcherTest, AllTermsAndNoneOfTheNegatedOnes) {
    const model::LogRow row{.message = "one two"};
    const auto with = [&](std::vector<TextTerm> terms) {
        return Matches({.terms = std::move(terms)}, SearchRowOf(row));
    };
    EXPECT_TRUE(with({{.text = "one"}, {.text = "TWO"}}));
    EXPECT_FALSE(with({{.text = "one"}, {.text = "three"}}));
    EXPECT_FALSE(with({{.text = "one"}, {.text = "two", .negated = true}}));
    EXPECT_TRUE(with({{.text = "three", .negated = true}}));
}

TEST(RowMatcherTest, LevelsAndTasks) {
    const model::LogRow log{.level = model::Level::kError, .message = "m", .task_id = "load.x"};
    EXPECT_TRUE(Matches({.levels = {model::Level::kError, model::Level::kInfo}}, SearchRowOf(log)));
    EXPECT_FALSE(Matches({.levels = {model::Level::kInfo}}, SearchRowOf(log)));
    EXPECT_FALSE(Matches({.levels = {model::Level::kError}}, SearchRowOf(model::ErrorRow{}))) << "errors have no level";
    EXPECT_TRUE(Matches({.task = "load.x"}, SearchRowOf(log)));
    EXPECT_TRUE(Matches({.task = "load"}, SearchRowOf(log), "load"));
    EXPECT_FALSE(Matches({.task = "other"}, SearchRowOf(log)));
}

TEST(RowMatcherTest, FieldsCompareAsWhatTheyAre) {
    EXPECT_TRUE(FieldMatches("n", Op::kGreater, "9", R"({"n":10})")) << "as numbers, not as text";
    EXPECT_TRUE(FieldMatches("n", Op::kEqual, "2.0", R"({"n":2})"));
    EXPECT_TRUE(FieldMatches("n", Op::kLess, "9007199254740993", R"({"n":9007199254740992})"));
    EXPECT_FALSE(FieldMatches("n", Op::kEqual, "9007199254740993", R"({"n":9007199254740992})"));
    EXPECT_TRUE(FieldMatches("t", Op::kGreaterEqual, "2026-05-13", R"({"t":"2026-05-13T00:00:00+00:00"})"));
    EXPECT_TRUE(FieldMatches("t", Op::kLess, "2026-05-13T02:00:00+01:00", R"({"t":"2026-05-13T00:59:59Z"})"));
    EXPECT_TRUE(FieldMatches("s", Op::kEqual, "ÉTÉ", R"({"s":"été"})"));
    EXPECT_FALSE(FieldMatches("s", Op::kEqual, "ét", R"({"s":"été"})"));
    EXPECT_TRUE(FieldMatches("s", Op::kContains, "ÉT", R"({"s":"été"})"));
    EXPECT_TRUE(FieldMatches("S", Op::kEqual, "x", R"({"s":"x"})")) << "but for case it is that column";
    EXPECT_TRUE(FieldMatches("_row", Op::kLessEqual, "3", R"({})"));
    EXPECT_TRUE(FieldMatches("s", Op::kEqual, "nan", R"({"s":"NaN"})"));
}

TEST(RowMatcherTest, AnAbsentOrNullColumnFulfilsNegatedConditionsAlone) {
    for (const char* columns : {R"({})", R"({"a":null})"}) {
        EXPECT_FALSE(FieldMatches("a", Op::kContains, "", columns));
        EXPECT_TRUE(DataMatches({.fields = {{"a", Op::kEqual, "x", true}}}, columns));
    }
}

TEST(RowMatcherTest, SaysWhereTheFirstPositiveTermIs) {
    const model::ErrorRow row{.error_type = "KeyError", .error_title = "no row", .error_detail = "Ünknown kéy"};
    RowTexts texts;
    MatchedText matched;
    const SearchRow seen = SearchRowOf(row);
    const auto match = [&](std::vector<TextTerm> terms) {
        return RowMatcher({.terms = std::move(terms)}).Match("load", seen, texts, &matched);
    };
    ASSERT_TRUE(match({{.text = "zzz", .negated = true}, {.text = "KÉY"}, {.text = "row"}}));
    EXPECT_EQ(matched.field, "error_detail");
    EXPECT_EQ(matched.text.substr(matched.place.at, matched.place.length), "kéy");
    ASSERT_TRUE(match({{Form::kRegex, "er+or$"}}));
    EXPECT_EQ(matched.text.substr(matched.place.at, matched.place.length), "Error");
    ASSERT_TRUE(match({}));
    EXPECT_EQ(matched.field, "");
    EXPECT_EQ(matched.text, "no row");
}

TEST(RowMatcherTest, PlacesCountBytesOfTheTextAsItIs) {
    // The sign of kelvin has three bytes and is folded to one.
    const std::optional<Place> place = TextPattern("kÉ").Find("a\xE2\x84\xAA\xC3\xA9z");
    ASSERT_TRUE(place);
    EXPECT_EQ(place->at, 1U);
    EXPECT_EQ(place->length, 5U);
}

}  // namespace
}  // namespace dagy::lake
