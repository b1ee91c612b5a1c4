#include "lake/gram_filter.h"

#include <gtest/gtest.h>

#include <random>

#include "lake/term_matcher.h"
#include "lake/text_pattern.h"
#include "lake/utf8.h"

namespace dagy::lake {
namespace {

constexpr uint64_t kSeal = 7;

std::string FilterOf(const std::vector<std::string>& texts, size_t bytes_max = 1 << 20) {
    GramFilterBuilder builder;
    for (const std::string& text : texts) builder.Add(text);
    return builder.Finish(bytes_max, kSeal);
}

bool MayContain(const std::string& filter, std::string_view keyword) {
    return GramFilter::Open(filter, kSeal)->MayContain(GramQuery(FoldCase(keyword)));
}

std::string RandomBytes(std::mt19937& random, size_t size, int letters) {
    std::string text;
    while (text.size() < size) text += static_cast<char>(random() % static_cast<unsigned>(letters));
    return text;
}

TEST(GramFilterTest, NeverRulesOutWhatIsThere) {
    std::mt19937 random(1);
    for (const size_t bytes_max : {size_t{64}, size_t{300}, size_t{1} << 16}) {
        for (const int letters : {2, 40, 256}) {
            std::vector<std::string> texts;
            for (size_t i = 0; i < 40; ++i) texts.push_back(RandomBytes(random, i, letters));
            const std::string filter = FilterOf(texts, bytes_max);
            EXPECT_LE(filter.size(), std::max<size_t>(bytes_max, 128) + 16);
            for (const std::string& text : texts)
                for (size_t at = 0; at < text.size(); ++at)
                    for (size_t length = 1; at + length <= text.size(); ++length)
                        ASSERT_TRUE(
                            GramFilter::Open(filter, kSeal)->MayContain(GramQuery(FoldCase(text).substr(at, length))))
                            << letters << ' ' << at << '+' << length;
        }
    }
}

TEST(GramFilterTest, RulesOutNearlyAllThatIsNotThere) {
    std::mt19937 random(2);
    const auto id = [&] {
        std::string text;
        for (int i = 0; i < 32; ++i) text += "0123456789abcdef"[random() % 16];
        return text;
    };
    std::vector<std::string> texts;
    for (int i = 0; i < 4000; ++i) texts.push_back("task " + id() + " took " + std::to_string(random() % 1000) + " ms");
    const std::string filter = FilterOf(texts, 32 << 10);
    int maybe = 0;
    for (int i = 0; i < 1000; ++i) maybe += MayContain(filter, id()) ? 1 : 0;
    EXPECT_LE(maybe, 10) << "every short gram of an id is in some other id";
    EXPECT_FALSE(MayContain(filter, "quotas"));
    int single = 0;
    for (const char* c : {"!", "\"", "#", "$", "%", "&", "(", ")", "*", "+"}) single += MayContain(filter, c) ? 1 : 0;
    EXPECT_LE(single, 6);
    EXPECT_TRUE(MayContain(filter, "TASK"));
}

TEST(GramFilterTest, ANumberInAWordTellsItApartWhateverStandsAroundIt) {
    std::mt19937 random(3);
    const auto part = [&] { return std::to_string(10000 + random() % 90000) + ".parquet"; };
    std::vector<std::string> texts;
    for (int i = 0; i < 3000; ++i) texts.push_back("upload of s3://lake/part-" + part() + " is tried again");
    const std::string filter = FilterOf(texts, 32 << 10);
    int maybe = 0;
    for (int i = 0; i < 1000; ++i) maybe += MayContain(filter, part()) ? 1 : 0;
    EXPECT_LE(maybe, 250) << "33 of 1000 are there; by the least hash alone 667 would pass";
}

TEST(GramFilterTest, NothingIsInABlockWithoutTexts) {
    EXPECT_FALSE(MayContain(FilterOf({}), "a"));
    EXPECT_TRUE(MayContain(FilterOf({}), ""));
}

TEST(GramFilterTest, ABuilderForgetsTheBlockBefore) {
    GramFilterBuilder builder;
    builder.Add("first block");
    builder.Finish(1000, kSeal);
    builder.Add("second");
    EXPECT_FALSE(MayContain(builder.Finish(1000, kSeal), "first"));
}

TEST(GramFilterTest, OpensOnlyWhatItIsSealedFor) {
    std::string filter = FilterOf({"some text"});
    EXPECT_TRUE(GramFilter::Open(filter, kSeal));
    EXPECT_FALSE(GramFilter::Open(filter, kSeal + 1));
    EXPECT_FALSE(GramFilter::Open(filter.substr(0, filter.size() - 1), kSeal));
    EXPECT_FALSE(GramFilter::Open({}, kSeal));
    for (size_t i = 0; i < filter.size(); ++i) {
        filter[i] = static_cast<char>(filter[i] ^ 4);
        EXPECT_FALSE(GramFilter::Open(filter, kSeal)) << "byte " << i;
        filter[i] = static_cast<char>(filter[i] ^ 4);
    }
    EXPECT_NE(SealOf("abc", 0, 10), SealOf("abd", 0, 10));
    EXPECT_NE(SealOf("abc", 0, 10), SealOf("abc", 1, 10));
    EXPECT_NE(SealOf("abc", 0, 10), SealOf("abc", 0, 11));
}

// RE2 has a table of letters of its own: where it finds one, the filter, which has another table, must not rule it out.
TEST(GramFilterTest, FoldsEveryLetterThatARegexFolds) {
    for (char32_t letter = 0x80; letter < 0x20000; ++letter) {
        std::string text;
        AppendUtf8(letter, text);
        const std::string folded = FoldCase(text);
        if (!IsUtf8(text) || folded == text) continue;
        ASSERT_TRUE(static_cast<uint8_t>(folded[0]) >= 0x80 || folded == "k" || folded == "s" || folded == "i")
            << text << ": TermMatcher's needles must not hold '" << folded << "'";
        for (const std::string& pattern : {folded, text}) {
            const TermMatcher term({.form = TextTerm::Form::kRegex, .text = "abc" + pattern + "def"});
            for (const std::string& other : {folded, text}) {
                const std::string row = "abc" + other + "def";
                if (!term.In(row)) continue;
                const std::string filter = FilterOf({row});
                ASSERT_TRUE(term.MayBeIn(*GramFilter::Open(filter, kSeal))) << pattern << " in " << row;
            }
        }
    }
}

}  // namespace
}  // namespace dagy::lake
