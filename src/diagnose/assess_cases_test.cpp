#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "diagnose/classify/assess.h"

namespace dagy::diagnose {
namespace {

std::string Unescaped(std::string_view text) {
    std::string plain;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size() || (text[i + 1] != 'n' && text[i + 1] != 't'))
            plain.push_back(text[i]);
        else
            plain.push_back(text[++i] == 'n' ? '\n' : '\t');
    }
    return plain;
}

/// tests/cases/failures/exceptions.tsv: exceptions as real libraries word them, and the codes that are right for them.
TEST(AssessTest, ExceptionsOfTheRealSystemsHaveTheirCodes) {
    const char* root = std::getenv("DAGY_SOURCE_DIR");
    ASSERT_NE(root, nullptr);
    std::ifstream file(std::string(root) + "/tests/cases/failures/exceptions.tsv");
    ASSERT_TRUE(file);
    Assessor assessor(Knowledge::Builtin());
    std::string line;
    int lines = 0;
    while (std::getline(file, line)) {
        if (line.empty() || line.starts_with('#')) continue;
        ++lines;
        const size_t tab = line.find('\t'), last = line.rfind('\t');
        ASSERT_LT(tab, last) << line;
        const std::string whole = Unescaped(line.substr(0, tab));
        const size_t colon = whole.find(": ");
        Exception exception{.type = whole.substr(0, colon), .message = whole.substr(colon + 2)};
        const std::string place = line.substr(tab + 1, last - tab - 1);
        exception.frames.push_back(
            {.file = place, .line = 1, .function = "f", .is_user_code = place.starts_with("/opt/dags")});
        const auto verdict = assessor.OfChain({.exceptions = {exception}});
        ASSERT_TRUE(verdict) << line;
        const std::string accepted = "|" + line.substr(last + 1) + "|";
        EXPECT_NE(accepted.find("|" + verdict->code + "|"), std::string::npos)
            << verdict->code << " by " << verdict->rule << " for " << line;
    }
    EXPECT_GT(lines, 100);
}

}  // namespace
}  // namespace dagy::diagnose
