#include "diagnose/service.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "base/error.h"
#include "diagnose/gather/store_fixture.h"

namespace dagy::diagnose {
namespace {

using model::DiagnosisState;
using std::chrono::seconds;

class ServiceTest : public ::testing::Test, protected StoreFixture {
  protected:
    ServiceTest() { AddSales(); }
    std::unique_ptr<DiagnosisService> Service(ServiceLimits limits = {}) {
        return std::make_unique<DiagnosisService>(holder.store().runs(), diagnoses(), lake, clock, limits);
    }
    store::DiagnosisStore& diagnoses() { return holder.store().diagnoses(); }
    store::DiagnosisRun Ended(const std::string& id) {
        const auto deadline = std::chrono::steady_clock::now() + seconds(60);
        int64_t last = 0;
        while (std::chrono::steady_clock::now() < deadline) {
            const auto run = diagnoses().Find(kScope, id);
            if (model::Ended(run->state)) return *run;
            bool known = false;
            for (const auto& event : diagnoses().Events(id, last, 1000, &known)) last = event.id;
            diagnoses().WaitEvents(id, last, std::chrono::steady_clock::now() + seconds(1));
        }
        ADD_FAILURE() << "it did not end";
        return {};
    }
    std::vector<store::DiagnosisEvent> Events(const std::string& id) {
        bool known = false;
        return diagnoses().Events(id, 0, 1000, &known);
    }
    /// Holds reads of logs until Release, at most a minute.
    void HoldReads() {
        lake.on_read = [this] {
            std::unique_lock lock(mutex_);
            held_ = true;
            changed_.notify_all();
            changed_.wait_for(lock, seconds(60), [this] { return released_; });
        };
    }
    void WaitHeld() {
        std::unique_lock lock(mutex_);
        ASSERT_TRUE(changed_.wait_for(lock, seconds(60), [this] { return held_; }));
    }
    void Release() {
        std::lock_guard lock(mutex_);
        released_ = true;
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    bool held_ = false, released_ = false;
};

TEST_F(ServiceTest, TellsTheStoryAndKeepsTheResult) {
    auto service = Service();
    service->Start();
    const auto run = Ended(service->Request(Request(), false, false).id);
    EXPECT_EQ(run.state, DiagnosisState::kCompleted);
    const auto events = Events(run.id);
    ASSERT_GE(events.size(), 4u);
    EXPECT_EQ(events[0].event, "text_delta");
    EXPECT_EQ(events[0].data, R"({"text":"Looking at run `r2` of **sales**.\n"})");
    EXPECT_EQ(events[events.size() - 2].event, "rca_diagnosis");
    EXPECT_EQ(events.back().event, "end");
    EXPECT_EQ(events[events.size() - 2].data, *diagnoses().Result(run.id));
    const auto result = ParseJson(*diagnoses().Result(run.id), "result");
    EXPECT_EQ(result.at("root_cause_type").as_string(), "USER_CODE_PYTHON_KEY_ERROR");
    EXPECT_EQ(result.at("session_id").as_string(), run.id);
    EXPECT_FALSE(result.as_object().contains("from_dag_run_id"));
    for (const auto& ref : service->VerifyRefs(run, result.as_object()))
        EXPECT_TRUE(ref.at("ok").as_bool()) << json::serialize(ref);
}

TEST_F(ServiceTest, ASecondRequestJoinsAndALaterOneIsReplayed) {
    HoldReads();
    auto service = Service();
    service->Start();
    const auto first = service->Request(Request(), false, false);
    WaitHeld();
    // The first sentences are there before any log has been read.
    EXPECT_FALSE(Events(first.id).empty());
    EXPECT_EQ(service->Request(Request(), false, false).id, first.id);
    const auto forced = service->Request(Request(), false, true);
    EXPECT_NE(forced.id, first.id);
    Release();
    Ended(first.id);
    Ended(forced.id);
    const auto replayed = Ended(service->Request(Request(), false, false).id);
    EXPECT_NE(replayed.id, first.id);
    const auto result = ParseJson(*diagnoses().Result(replayed.id), "result");
    EXPECT_EQ(result.at("from_dag_run_id").as_string(), "r2");
    EXPECT_EQ(Events(replayed.id).back().event, "end");
    const auto fresh = Ended(service->Request(Request(), true, false).id);
    EXPECT_FALSE(ParseJson(*diagnoses().Result(fresh.id), "result").as_object().contains("from_dag_run_id"));
}

TEST_F(ServiceTest, NewEvidenceIsNotAnsweredFromTheCache) {
    auto service = Service();
    service->Start();
    Ended(service->Request(Request(), false, false).id);
    Add(MakeRun("sales", "r3", model::RunState::kSucceeded, "2026-01-03T00:00:00Z"), model::AttemptState::kSucceeded,
        {});
    const auto again = Ended(service->Request(Request(), false, false).id);
    EXPECT_FALSE(ParseJson(*diagnoses().Result(again.id), "result").as_object().contains("from_dag_run_id"));
}

TEST_F(ServiceTest, OverItsTimeItEndsAsTimedOut) {
    // Reads take far longer than the limit; the one under way is not cut, nothing is begun after it.
    lake.on_read = [this] {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::milliseconds(500), [this] { return released_; });
    };
    ServiceLimits limits;
    limits.time_limit = std::chrono::milliseconds(1);
    auto service = Service(limits);
    service->Start();
    const auto id = service->Request(Request(), false, false).id;
    const auto run = Ended(id);
    EXPECT_EQ(run.state, DiagnosisState::kTimedOut);
    EXPECT_EQ(Events(id).back().event, "error");
    EXPECT_EQ(run.error_code, "timed_out");
}

TEST_F(ServiceTest, WhatAStopLeftUnfinishedIsTakenUpAgain) {
    HoldReads();
    auto service = Service();
    service->Start();
    const auto id = service->Request(Request(), false, false).id;
    WaitHeld();
    std::thread stopper([&] { service->Stop(); });
    Release();
    stopper.join();
    lake.on_read = nullptr;
    const auto state = diagnoses().Find(kScope, id)->state;
    auto next = Service();
    next->Start();
    const auto run = Ended(id);
    EXPECT_EQ(run.state, DiagnosisState::kCompleted);
    EXPECT_EQ(Events(id).back().event, "end");
    (void)state;  // running, or completed where the stop came too late to matter
}

TEST_F(ServiceTest, AFaultOfALibraryIsNotShownToClients) {
    lake.on_read = [] { throw std::runtime_error("SELECT secret FROM /srv/path"); };
    auto service = Service();
    service->Start();
    const auto run = Ended(service->Request(Request(), false, false).id);
    EXPECT_EQ(run.state, DiagnosisState::kFailed);
    const auto last = Events(run.id).back();
    EXPECT_EQ(last.event, "error");
    EXPECT_EQ(last.data.find("secret"), std::string::npos);
    EXPECT_NE(last.data.find("\"code\":\"internal\""), std::string::npos) << last.data;
}

TEST_F(ServiceTest, RefusesWhatItCannotTake) {
    ServiceLimits limits;
    limits.queue_max = 0;
    auto service = Service(limits);
    const auto code_of = [&](const store::DiagnosisRequest& request) {
        try {
            service->Request(request, false, false);
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::kInternal;
    };
    EXPECT_EQ(code_of(Request("r9")), ErrorCode::kNotFound);
    EXPECT_EQ(code_of(Request()), ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace dagy::diagnose
