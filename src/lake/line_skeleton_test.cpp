#include "lake/line_skeleton.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "lake/template_ids.h"

namespace dagy::lake {
namespace {

std::string Skeleton(std::string_view line) {
    return std::string(LineSkeleton().Of(line));
}

/// Lines made of what the mask looks at: words, units, hosts, hex, calendar words, every mark, blanks, any byte at all;
/// of every length around the blocks of 64 bytes and beyond the bytes that count.
class AnyLine {
  public:
    explicit AnyLine(uint64_t seed) : random_(seed) {}

    std::string Next() {
        static const std::vector<std::string> kPieces{"connection", "MB",      "seconds",    "a.example.com",
                                                      "deadbeef",   "fe80",    "Jul",        "Friday",
                                                      "/var/lib/x", "*",       "from",       "10",
                                                      "0x7f",       "é",       "\xff\xfe",   "v1",
                                                      "ab",         "cafe",    "a*b",        "%",
                                                      "x=",         "=y",      "==",         "key=value",
                                                      "()",         "(1)",     "(a)",        "[2]",
                                                      "(3 KB)",     "::",      "fe80::ab:1", "ab:cd:",
                                                      "1:ab",       "1:abcde", "\t",         "\r\n",
                                                      "{\"a\"",     "}",       "<b>",        "|"};
        std::string line;
        const size_t pieces = random_() % 40;
        for (size_t i = 0; i < pieces; ++i) {
            switch (random_() % 8) {
                case 0:
                    line += static_cast<char>(random_() % 256);
                    break;
                case 1:
                    line += std::string(random_() % 70, static_cast<char>('a' + random_() % 26));
                    break;
                case 2:
                    line += std::to_string(random_());
                    break;
                default:
                    line += kPieces[random_() % kPieces.size()];
                    break;
            }
            if (random_() % 2 == 0) line += ' ';
        }
        if (random_() % 50 == 0) line.resize(kLineBytesMax - 3 + random_() % 6, line.empty() ? 'x' : line.back());
        return line;
    }

  private:
    std::mt19937_64 random_;
};

TEST(LineSkeletonTest, WordsThatHoldADigitOrFollowAnEqualsSignBecomeZero) {
    EXPECT_EQ(Skeleton(""), "");
    EXPECT_EQ(Skeleton("plain words only"), "plain words only");
    EXPECT_EQ(Skeleton("from 10.0.0.7:8080 to v1"), "from 0:0 to 0");
    EXPECT_EQ(Skeleton("user=anna,state= open a1b"), "user=0,state= open 0");
    EXPECT_EQ(Skeleton("x2"), "0");
    EXPECT_EQ(Skeleton("kept *.log"), "kept 0");
    EXPECT_EQ(Skeleton(std::string(100, 'x') + "7" + std::string(100, 'y') + " end"), "0 end");
    EXPECT_EQ(Skeleton(std::string(63, ' ') + "=" + "v end"), std::string(63, ' ') + "=0 end");
    EXPECT_EQ(Skeleton(std::string(5000, 'x')).size(), kLineBytesMax);
}

TEST(LineSkeletonTest, ReadsEveryByteAsTheTableDoes) {
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        const bool ends = (KindOf(c) & (kBlank | kMark)) != 0;
        const std::string line = std::string("ab") + c + "cd7";
        std::string expected = ends ? std::string("ab") + c + "0" : "0";
        EXPECT_EQ(Skeleton(line), expected) << byte;
        EXPECT_EQ(Skeleton(std::string("ab") + c), KindOf(c) == kDigit ? "0" : std::string("ab") + c) << byte;
    }
}

TEST(LineSkeletonTest, HasTheMaskOfItsLine) {
    AnyLine lines(1);
    TemplateMask of_line, of_skeleton;
    LineSkeleton skeleton;
    for (int i = 0; i < 30000; ++i) {
        const std::string line = lines.Next();
        // Exactly as long as the line, so that a read beyond its end shows under the address sanitizer.
        const auto exact = std::make_unique<char[]>(line.size() + 1);
        line.copy(exact.get(), line.size());
        const std::string_view left = skeleton.Of({exact.get(), line.size()});
        ASSERT_EQ(of_line.Apply(line), of_skeleton.Apply(left)) << line;
        ASSERT_LE(left.size(), line.size());
    }
}

TEST(TemplateIdsTest, RememberingChangesNoId) {
    AnyLine some(2);
    std::vector<std::string> lines;
    for (int i = 0; i < 3000; ++i) lines.push_back(some.Next());
    std::mt19937 random(3);
    TemplateIds ids;
    TemplateMask mask;
    int remembered = 0;
    for (int i = 0; i < 30000; ++i) {
        const std::string& line = lines[random() % lines.size()];
        const auto found = ids.Find(line);
        ASSERT_EQ(found.id, mask.Id(line)) << line;
        remembered += !found.is_new;
    }
    EXPECT_GT(remembered, 15000);
}

TEST(TemplateIdsTest, ForgettingChangesNoId) {
    TemplateIds ids;
    TemplateMask mask;
    std::string line;
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 10000; ++i) {
            line = "step";
            for (int left = i; left > 0; left /= 20) line += static_cast<char>('g' + left % 20);
            const auto found = ids.Find(line);
            ASSERT_EQ(found.id, mask.Id(line)) << line;
            ASSERT_EQ(*found.note, 0U);
            *found.note = 7;
        }
    }
    EXPECT_FALSE(ids.Find(line).is_new);
    EXPECT_EQ(*ids.Find(line).note, 7U);
    ids.Forget();
    EXPECT_TRUE(ids.Find(line).is_new);
}

TEST(TemplateIdsTest, AJsonNumberHoldsAnId) {
    TemplateIds ids;
    EXPECT_EQ(ids.Of("took 3 s"), ids.Of("took 12.5 s"));
    EXPECT_EQ(ids.Of("took 3 s"), TemplateId("took *"));
    EXPECT_NE(ids.Of("took 3 s"), ids.Of("gave 3 s"));
    for (const char* line : {"", "a", "b c", "took 3 s"}) {
        EXPECT_GE(ids.Of(line), 0);
        EXPECT_LT(ids.Of(line), int64_t{1} << 53);
    }
}

TEST(QuickHashTest, EveryByteAndTheLengthCount) {
    std::string text(40, 'a');
    text.append(16, '\0');  // may be read
    for (size_t size = 0; size <= 40; ++size) {
        const std::string_view all(text.data(), size);
        if (size > 0) {
            EXPECT_NE(QuickHash(all), QuickHash(all.substr(0, size - 1)));
        }
        for (size_t i = 0; i < size; ++i) {
            std::string other = text;
            other[i] = 'b';
            EXPECT_NE(QuickHash(all), QuickHash({other.data(), size})) << size << ' ' << i;
        }
        std::string beyond = text;
        beyond[size] = 'z';
        EXPECT_EQ(QuickHash(all), QuickHash({beyond.data(), size}));
    }
}

}  // namespace
}  // namespace dagy::lake
