#include "diagnose/judge.h"

#include <gtest/gtest.h>

namespace dagy::diagnose {
namespace {

Candidate Cause(std::string code, double score, int64_t row = 4) {
    return {.code = std::move(code),
            .score = score,
            .rule = "r",
            .why = "words",
            .proof = {.task_id = "load", .attempt = 1, .row = row, .text = "words of the log"}};
}

TaskFinding Root(std::string task, std::vector<Candidate> candidates) {
    TaskFinding finding;
    finding.dag_id = "sales";
    finding.task_id = finding.base_task = std::move(task);
    finding.role = Role::kRootCause;
    finding.candidates = std::move(candidates);
    return finding;
}

TEST(JudgeTest, TakesTheBestOfTheRootAndSaysWhyNotTheOthers) {
    Findings findings;
    findings.where.roots = {"load"};
    findings.tasks.push_back(Root("load", {Cause("DATA_DUPLICATE_KEY", 0.95), Cause("USER_CODE_SHELL_EXIT", 0.5)}));
    Judge({}, findings);
    EXPECT_EQ(findings.cause.code, "DATA_DUPLICATE_KEY");
    ASSERT_EQ(findings.alternatives.size(), 1u);
    EXPECT_NE(findings.alternatives.front().why.find("only says that something failed"), std::string::npos);
}

TEST(JudgeTest, ACauseOfTheRunOutweighsWeakWordsOfTheTask) {
    Findings findings;
    findings.where.roots = {"load"};
    findings.where.run_level = {Cause("PLATFORM_HEARTBEAT_LOST", 0.95)};
    findings.tasks.push_back(Root("load", {Cause("NETWORK_CONNECTION_REFUSED", 0.46)}));
    Judge({}, findings);
    EXPECT_EQ(findings.cause.code, "PLATFORM_HEARTBEAT_LOST");
}

TEST(JudgeTest, TheCauseLiesWhereTheFailureBegan) {
    Findings findings;
    findings.where.roots = {"wait"};
    findings.where.upstream_dag = "intake";
    findings.where.upstream_run = "r1";
    findings.where.upstream_roots = {"read"};
    findings.tasks.push_back(Root("wait", {Cause("DEPENDENCY_UPSTREAM_DAG_FAILED", 0.96)}));
    auto there = Root("read", {Cause("DATA_PARSE_ERROR", 0.9)});
    there.dag_id = "intake";
    there.run_id = "r1";
    findings.tasks.push_back(there);
    Judge({}, findings);
    EXPECT_EQ(findings.cause.code, "DATA_PARSE_ERROR");
    EXPECT_EQ(findings.alternatives.front().code, "DEPENDENCY_UPSTREAM_DAG_FAILED");
}

TEST(JudgeTest, NothingIsInsufficientEvidence) {
    Findings findings;
    findings.where.roots = {"load"};
    findings.tasks.push_back(Root("load", {}));
    Judge({}, findings);
    EXPECT_EQ(findings.cause.code, "INSUFFICIENT_EVIDENCE");
    EXPECT_EQ(EvidenceStatus({}, findings), "insufficient_evidence");
    std::string why;
    EXPECT_GT(Confidence({}, findings, &why), 0.5);
    EXPECT_NE(why.find("none names a cause"), std::string::npos);
}

TEST(JudgeTest, ConfirmedNeedsALineAndSomethingBehindIt) {
    Findings findings;
    findings.where.roots = {"load"};
    findings.tasks.push_back(Root("load", {Cause("DATA_DUPLICATE_KEY", 0.95)}));
    Judge({}, findings);
    EXPECT_EQ(EvidenceStatus({}, findings), "hypothesis");
    const double alone = Confidence({}, findings, nullptr);
    findings.history.changes.push_back({.kind = "connection", .resource = "dw", .score = 0.9});
    EXPECT_EQ(EvidenceStatus({}, findings), "confirmed");
    EXPECT_GT(Confidence({}, findings, nullptr), alone);
    findings.cause.proof = {};
    EXPECT_EQ(EvidenceStatus({}, findings), "hypothesis");
}

}  // namespace
}  // namespace dagy::diagnose
