#include "diagnose/evidence.h"

#include <gtest/gtest.h>

#include "base/hash.h"

namespace dagy::diagnose {
namespace {

Proof Log(int64_t row, const std::string& text) {
    Proof proof;
    proof.dag_id = "d";
    proof.run_id = "r";
    proof.task_id = "t";
    proof.attempt = 1;
    proof.row = row;
    proof.text = text;
    return proof;
}

TEST(EvidenceTest, OneRecordIsOneRef) {
    RefBook refs;
    EXPECT_EQ(refs.Cite(Log(7, "boom")), "e1");
    EXPECT_EQ(refs.Cite(Log(8, "boom")), "e2");
    EXPECT_EQ(refs.Cite(Log(7, "boom")), "e1");
    Proof audit;
    audit.kind = Proof::Kind::kAudit;
    audit.event_id = "airflow:1";
    audit.text = "patch_connection";
    EXPECT_EQ(refs.Mark({Log(8, "boom"), audit}), " [e2, c1]");
    EXPECT_EQ(refs.ToJson().size(), 3u);
}

TEST(EvidenceTest, NothingToShowIsNotCited) {
    RefBook refs;
    EXPECT_EQ(refs.Mark(Log(1, "")), "");
    EXPECT_EQ(refs.Mark(Log(-1, "text from nowhere")), "");
    EXPECT_TRUE(refs.Empty());
}

TEST(EvidenceTest, TheHashIsThatOfTheTextShown) {
    RefBook refs;
    refs.Cite(Log(1, std::string(5000, 'x') + "\nend"));
    const auto ref = refs.ToJson().at(0).as_object();
    EXPECT_EQ(ref.at("text").as_string().size(), kRefTextMax);
    EXPECT_EQ(ref.at("sha256").as_string(), Sha256Hex(std::string_view(ref.at("text").as_string())));
}

TEST(EvidenceTest, LongTextsAreCutAtLinesAndNeverInsideACharacter) {
    std::string lines;
    for (int i = 0; i < 400; ++i) lines += "line " + std::to_string(i) + "\n";
    const std::string head = PieceOf(lines, Proof::Kind::kLog);
    EXPECT_TRUE(head.starts_with("line 0\n"));
    EXPECT_EQ(lines.find(head), 0u);
    EXPECT_EQ(lines[head.size()], '\n');
    const std::string tail = PieceOf("Traceback (most recent call last):\n" + lines, Proof::Kind::kError);
    EXPECT_TRUE(tail.ends_with("line 399"));
    std::string umlauts;
    while (umlauts.size() < kRefTextMax + 10) umlauts += "ä";
    EXPECT_EQ(PieceOf("x" + umlauts, Proof::Kind::kLog).size() % 2, 1u);
}

}  // namespace
}  // namespace dagy::diagnose
