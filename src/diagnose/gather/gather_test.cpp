#include "diagnose/gather.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "diagnose/gather/store_fixture.h"

namespace dagy::diagnose {
namespace {

class GatherTest : public ::testing::Test, protected StoreFixture {
  protected:
    GatheredCase Gathered(const store::DiagnosisRequest& request) {
        return Gather(holder.store().runs(), lake, request);
    }
    Error FaultOf(const store::DiagnosisRequest& request) {
        try {
            Gathered(request);
        } catch (const Error& error) {
            return error;
        }
        return Error(ErrorCode::kInternal, "it was gathered");
    }
};

TEST_F(GatherTest, HasTheRunItsHistoryAndItsLogs) {
    AddSales();
    Add(MakeRun("sales", "r3", model::RunState::kSucceeded, "2026-01-03T00:00:00Z"), model::AttemptState::kSucceeded,
        {"done"});
    const auto gathered = Gathered(Request());
    const CaseFile& file = gathered.file;
    EXPECT_EQ(file.run.run.run_id, "r2");
    ASSERT_EQ(file.run.attempts.size(), 1u);
    ASSERT_EQ(file.dag.before.size(), 1u);
    EXPECT_EQ(file.dag.before[0].run.run_id, "r1");
    EXPECT_EQ(file.dag.before[0].attempts.size(), 1u);
    ASSERT_EQ(file.dag.after.size(), 1u);
    EXPECT_EQ(file.dag.after[0].run.run_id, "r3");
    EXPECT_EQ(file.dag.version.tasks.size(), 1u);
    const model::PhaseRef ref{file.run.run.key, "load", 1};
    EXPECT_EQ(file.logs->LogCount(ref), 4);
    int64_t rows = 0;
    file.logs->ReadLogs(ref, 1, 2, [&](std::span<const model::LogRow> slice) {
        rows += static_cast<int64_t>(slice.size());
        return true;
    });
    EXPECT_EQ(rows, 2);
}

TEST_F(GatherTest, LinksAreFollowedBothWaysAndCyclesEnd) {
    AddSales();
    for (const char* dag : {"source", "mart", "report"}) {
        Add(MakeRun(dag, "x", model::RunState::kFailed, "2026-01-02T00:00:00Z"), model::AttemptState::kFailed, {});
    }
    Link("source", "x", "sales", "r2");
    Link("sales", "r2", "mart", "x");
    Link("mart", "x", "report", "x");
    Link("report", "x", "mart", "x");
    Link("nowhere", "y", "source", "x");
    const auto gathered = Gathered(Request());
    std::map<std::string, bool> upstream;
    for (const auto& related : gathered.file.related) upstream[related.file.run.dag_id] = related.upstream;
    EXPECT_EQ(upstream,
              (std::map<std::string, bool>{{"source", true}, {"nowhere", true}, {"mart", false}, {"report", false}}));
}

TEST_F(GatherTest, WhatIsUnknownIsNamedWithWhatIsClose) {
    AddSales();
    auto request = Request("r9");
    Error error = FaultOf(request);
    EXPECT_EQ(error.code(), ErrorCode::kNotFound);
    EXPECT_NE(error.detail().find("\"r9\""), std::string::npos);
    EXPECT_NE(error.hint().find("r2"), std::string::npos) << error.hint();
    request.dag_id = "sale";
    error = FaultOf(request);
    EXPECT_NE(error.hint().find("sales"), std::string::npos) << error.hint();
    request = Request();
    request.task_id = "lod";
    error = FaultOf(request);
    EXPECT_EQ(error.code(), ErrorCode::kInvalidInput);
    EXPECT_NE(error.hint().find("load"), std::string::npos);
    request.task_id = "load";
    request.try_numbers = {7};
    EXPECT_NE(FaultOf(request).detail().find("try 7"), std::string::npos);
}

TEST_F(GatherTest, TheHashIsThatOfTheEvidence) {
    AddSales();
    const auto first = Gathered(Request()).file.evidence_hash;
    EXPECT_EQ(first.size(), 64u);
    EXPECT_EQ(Gathered(Request()).file.evidence_hash, first);
    Add(MakeRun("sales", "r3", model::RunState::kSucceeded, "2026-01-03T00:00:00Z"), model::AttemptState::kSucceeded,
        {});
    const auto with_later_run = Gathered(Request()).file.evidence_hash;
    EXPECT_NE(with_later_run, first);
    Add(MakeRun("sales", "r2", model::RunState::kFailed, "2026-01-02T00:00:00Z"), model::AttemptState::kFailed,
        {"one more line"});
    EXPECT_NE(Gathered(Request()).file.evidence_hash, with_later_run);
}

}  // namespace
}  // namespace dagy::diagnose
