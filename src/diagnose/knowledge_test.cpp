#include "diagnose/knowledge.h"

#include <gtest/gtest.h>

#include <set>

#include "base/error.h"
#include "diagnose/classify/assess.h"
#include "diagnose/knowledge_files.h"
#include "diagnose/knowledge_tables.h"

namespace dagy::diagnose {
namespace {

std::vector<Knowledge::File> Embedded() {
    std::vector<Knowledge::File> files;
    for (const auto& file : knowledge_files::Files()) files.push_back({file.name, file.content});
    return files;
}

bool RuleMatches(PatternScanner& scanner, const std::string& rule, const std::string& text) {
    if (!scanner.MayMatch(text)) return false;
    for (const auto& match : scanner.Matches())
        if (match.pattern->id == rule) return true;
    return false;
}

std::string FaultsOf(std::string_view name, std::string_view content) {
    try {
        Knowledge({{"root_causes.tsv", knowledge_files::Get("root_causes.tsv")}, {name, content}});
    } catch (const Error& error) {
        return error.detail();
    }
    return {};
}

TEST(KnowledgeTest, EveryEmbeddedFileIsWithoutFault) {
    EXPECT_NO_THROW(Knowledge{Embedded()});
}

TEST(KnowledgeTest, EveryRuleMatchesItsExamplesAndNotItsCounterExamples) {
    const auto& set = Knowledge::Builtin().tables().patterns;
    PatternScanner scanner(set);
    for (const auto& pattern : set.patterns()) {
        for (const auto& text : pattern.yes)
            EXPECT_TRUE(RuleMatches(scanner, pattern.id, text))
                << pattern.file << ":" << pattern.line << " " << pattern.id << ": " << text;
        for (const auto& text : pattern.no)
            EXPECT_FALSE(RuleMatches(scanner, pattern.id, text))
                << pattern.file << ":" << pattern.line << " " << pattern.id << ": " << text;
    }
}

TEST(KnowledgeTest, EveryClaimIsMadeByItsExamplesAndNotByItsCounterExamples) {
    const auto& set = Knowledge::Builtin().tables().claims;
    ASSERT_GT(set.claims().size(), 40U);
    for (const auto& claim : set.claims()) {
        for (const auto& text : claim.yes) {
            const auto found = set.Find(text);
            ASSERT_TRUE(found) << text;
            EXPECT_EQ(found->claim->code, claim.code) << text << ": " << found->words;
        }
        for (const auto& text : claim.no) {
            const auto found = set.Find(text);
            EXPECT_TRUE(!found || found->claim != &claim) << text << ": " << (found ? found->words : "");
        }
    }
}

TEST(KnowledgeTest, AClaimNeedsBothItsWordsInOneClause) {
    const auto& set = Knowledge::Builtin().tables().claims;
    EXPECT_TRUE(set.Find("the vault rejected our password"));
    EXPECT_FALSE(set.Find("the password was read. The parcel was rejected"));
    EXPECT_FALSE(set.Find("password of the vault of the upper floor of the old house in the old town, rejected"));
    EXPECT_FALSE(set.Find(""));
    EXPECT_FALSE(set.Find(std::string(2000, 'x') + " password rejected"));
}

TEST(KnowledgeTest, FaultsOfClaimsAreAllListed) {
    const std::string faults = FaultsOf("claims.yaml",
                                        "things: {a: 'x(', b: 'y'}\nstates: {c: 'z'}\nclaims:\n"
                                        "  - {things: [b], states: [d], code: OTHER, yes: [y z]}\n"
                                        "  - {things: [b], states: [c], code: NO_SUCH_CODE}\nmore: 1\n");
    for (const char* fault : {"'a' is no regex", "unknown state 'd'", "unknown code 'NO_SUCH_CODE'", "has no example",
                              "unknown member 'more'"})
        EXPECT_NE(faults.find(fault), std::string::npos) << fault << " in " << faults;
}

TEST(KnowledgeTest, AnExampleLeadsToTheCodeOfItsRule) {
    Assessor assessor(Knowledge::Builtin());
    for (const auto& pattern : Knowledge::Builtin().tables().patterns.patterns()) {
        if (pattern.code == "NONE" || !pattern.table.empty() || pattern.score < 0.7) continue;
        const auto verdict = assessor.OfText(pattern.yes.front());
        ASSERT_TRUE(verdict) << pattern.id;
        EXPECT_EQ(verdict->code, pattern.code)
            << pattern.id << " loses to " << verdict->rule << ": " << pattern.yes.front();
    }
}

TEST(KnowledgeTest, KnowsEveryCodeOnceWithItsUsualTransience) {
    const auto& causes = Knowledge::Builtin().RootCauses();
    EXPECT_EQ(causes.size(), 89u);
    ASSERT_NE(Knowledge::Builtin().FindRootCause("DATABASE_DEADLOCK"), nullptr);
    EXPECT_EQ(Knowledge::Builtin().FindRootCause("DATABASE_DEADLOCK")->transience, "TRANSIENT");
    EXPECT_EQ(Knowledge::Builtin().FindRootCause("NO_SUCH_CODE"), nullptr);
}

TEST(KnowledgeTest, ListsEveryFaultOfARuleFile) {
    const std::string faults = FaultsOf("patterns/x.yaml",
                                        "- id: a\n  code: NO_SUCH\n  match: 'words'\n  yes: 'words'\n"
                                        "- id: b\n  code: OTHER\n  match: '(open'\n  yes: '(open'\n"
                                        "- id: c\n  code: OTHER\n  score: 7\n  match: 'some words'\n");
    EXPECT_NE(faults.find("rule 'a' names the unknown code 'NO_SUCH'"), std::string::npos) << faults;
    EXPECT_NE(faults.find("rule 'b' has a bad regex"), std::string::npos) << faults;
    EXPECT_NE(faults.find("rule 'c' has a score"), std::string::npos) << faults;
    EXPECT_NE(faults.find("rule 'c' has no example"), std::string::npos) << faults;
    EXPECT_NE(faults.find("patterns/x.yaml:9"), std::string::npos) << faults;
}

TEST(KnowledgeTest, SaysWhereAFileIsNoYaml) {
    EXPECT_NE(FaultsOf("patterns/x.yaml", "- id: [a\n- id: b\n").find("is no YAML"), std::string::npos);
    EXPECT_NE(FaultsOf("patterns/x.yaml", "id: a\n").find("is not a list of rules"), std::string::npos);
}

TEST(KnowledgeTest, NamesTheLineOfABadTable) {
    const std::string faults =
        FaultsOf("http_statuses.tsv", "status\tcode\tmeaning\n404\tHTTP_NOT_FOUND\n405\tNOPE\tx\n");
    EXPECT_NE(faults.find("http_statuses.tsv:2 has 2 columns, needs 3"), std::string::npos) << faults;
    EXPECT_NE(faults.find("http_statuses.tsv:3 names the unknown code 'NOPE'"), std::string::npos) << faults;
}

TEST(KnowledgeTest, FindsSqlStatesByClassAndStatusesByHundred) {
    const auto& tables = Knowledge::Builtin().tables();
    EXPECT_EQ(tables.FindCode("sqlstate", "23505")->code, "DATA_DUPLICATE_KEY");
    EXPECT_EQ(tables.FindCode("sqlstate", "22999")->code, "DATA_OUT_OF_RANGE");
    EXPECT_EQ(tables.FindCode("http", "499")->code, "HTTP_BAD_REQUEST");
    EXPECT_EQ(tables.FindCode("mysql", "1213")->code, "DATABASE_DEADLOCK");
    EXPECT_EQ(tables.FindCode("mysql", "99999"), nullptr);
}

}  // namespace
}  // namespace dagy::diagnose
