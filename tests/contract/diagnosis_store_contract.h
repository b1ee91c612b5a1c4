/// What every DiagnosisStore does.
#pragma once

#include <algorithm>
#include <future>

#include "contract/store_contract.h"

namespace dagy::store {

class DiagnosisStoreContract : public StoreContract {
  protected:
    using State = model::DiagnosisState;
    DiagnosisStore& diagnoses() { return store().diagnoses(); }
    static DiagnosisRequest Request(const std::string& task = {}) { return {kScope, "d", "r", task, {}}; }
    DiagnosisRun Create(const DiagnosisRequest& request = Request(), bool force = false) {
        return diagnoses().CreateOrJoin(request, false, force, clock_.Now(), &created_);
    }
    void Advance(const std::string& id, State state, int texts, const std::optional<std::string>& result = {},
                 const std::string& hash = {}) {
        std::vector<DiagnosisEvent> events;
        for (int i = 0; i < texts; ++i) events.push_back({.event = "text_delta", .data = "{}", .at = clock_.Now()});
        diagnoses().Advance(id, state, events, result, hash, clock_.Now());
    }
    std::vector<int64_t> Ids(const std::string& id, int64_t after, size_t limit = 100) {
        std::vector<int64_t> ids;
        for (const auto& event : diagnoses().Events(id, after, limit, &known_)) ids.push_back(event.id);
        return ids;
    }
    static auto In(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }
    static constexpr std::chrono::milliseconds kLong{20'000};

    bool created_ = false;
    bool known_ = false;
};

TEST_P(DiagnosisStoreContract, EqualRequestsWhileOneRunsAreOne) {
    const DiagnosisRun first = Create();
    EXPECT_TRUE(created_);
    EXPECT_TRUE(first.id.starts_with("diag_"));
    EXPECT_EQ(first.state, State::kPending);
    EXPECT_EQ(Create().id, first.id);
    EXPECT_FALSE(created_);
    DiagnosisRequest tries = Request();
    tries.try_numbers = {1, 2};
    EXPECT_NE(Create(tries).id, first.id);
    EXPECT_NE(Create(Request("load")).id, first.id);
    EXPECT_NE(Create(Request(), true).id, first.id) << "forced";
    Advance(first.id, State::kRunning, 0);
    Advance(first.id, State::kCompleted, 0, "{}");
    EXPECT_THAT(EventKinds(), ::testing::Contains("diagnosis.requested").Times(4));
    EXPECT_EQ(diagnoses().Find(kScope, first.id)->request, Request());
    EXPECT_FALSE(diagnoses().Find(kOtherOrg, first.id));
}

TEST_P(DiagnosisStoreContract, EventsAreNumberedWithoutGaps) {
    const std::string id = Create().id;
    Advance(id, State::kRunning, 2);
    Advance(id, State::kRunning, 1);
    EXPECT_THAT(Ids(id, 0), ::testing::ElementsAre(1, 2, 3));
    EXPECT_THAT(Ids(id, 1, 1), ::testing::ElementsAre(2));
    EXPECT_TRUE(known_);
    EXPECT_THAT(Ids(id, 3), ::testing::IsEmpty());
    EXPECT_TRUE(known_);
    Ids(id, 4);
    EXPECT_FALSE(known_);
    Ids(id, -1);
    EXPECT_FALSE(known_);
}

TEST_P(DiagnosisStoreContract, AnEndIsAnEnd) {
    const std::string id = Create().id;
    Advance(id, State::kRunning, 1, {}, "h1");
    Advance(id, State::kCompleted, 1, R"({"a":1})", "");
    EXPECT_EQ(CodeOf([&] { Advance(id, State::kRunning, 1); }), ErrorCode::kConflict);
    EXPECT_EQ(CodeOf([&] { Advance(id, State::kCompleted, 1); }), ErrorCode::kConflict);
    EXPECT_EQ(CodeOf([&] { diagnoses().Restart(id, clock_.Now()); }), ErrorCode::kConflict);
    EXPECT_EQ(Ids(id, 0).size(), 2u) << "a refused move appends nothing";
    EXPECT_EQ(diagnoses().Result(id), R"({"a":1})");
    EXPECT_EQ(diagnoses().Find(kScope, id)->evidence_hash, "h1");
    EXPECT_EQ(CodeOf([&] { Advance("diag_none", State::kRunning, 0); }), ErrorCode::kNotFound);
}

TEST_P(DiagnosisStoreContract, AFailureSaysWhy) {
    const std::string id = Create().id;
    diagnoses().Advance(id, State::kFailed, {}, {}, {}, clock_.Now(), "storage_failed", "chunk 3 is damaged");
    EXPECT_EQ(diagnoses().Find(kScope, id)->error_code, "storage_failed");
    EXPECT_EQ(diagnoses().Find(kScope, id)->error_message, "chunk 3 is damaged");
    EXPECT_FALSE(diagnoses().Result(id));
}

TEST_P(DiagnosisStoreContract, AfterARestartOldIdsMeanNothing) {
    const std::string id = Create().id;
    Advance(id, State::kRunning, 3);
    diagnoses().Restart(id, clock_.Now());
    EXPECT_EQ(diagnoses().Find(kScope, id)->state, State::kPending);
    EXPECT_THAT(Ids(id, 0), ::testing::IsEmpty());
    Advance(id, State::kRunning, 4);
    Ids(id, 2);
    EXPECT_FALSE(known_) << "a client that holds an id from before is told to start again";
    const auto fresh = Ids(id, 0);
    ASSERT_EQ(fresh.size(), 4u);
    EXPECT_GT(fresh[0], 3);
    EXPECT_EQ(fresh[3], fresh[0] + 3);
}

TEST_P(DiagnosisStoreContract, UnfinishedOnesAreTakenUpOldestFirst) {
    const std::string a = Create(Request("a")).id;
    clock_.Set(clock_.Now() + std::chrono::seconds(1));
    const std::string b = Create(Request("b")).id;
    clock_.Set(clock_.Now() + std::chrono::seconds(1));
    const std::string c = Create(Request("c")).id;
    Advance(b, State::kTimedOut, 0);
    Advance(a, State::kRunning, 0);
    std::vector<std::string> ids;
    for (const auto& run : diagnoses().Unfinished()) ids.push_back(run.id);
    EXPECT_THAT(ids, ::testing::ElementsAre(a, c));
}

TEST_P(DiagnosisStoreContract, TheCacheIsKeyedByTheEvidence) {
    const std::string id = Create().id;
    Advance(id, State::kRunning, 0, {}, "h1");
    EXPECT_FALSE(diagnoses().Cached(Request(), "h1")) << "not completed";
    Advance(id, State::kCompleted, 1, R"({"n":1})", "h1");
    ASSERT_TRUE(diagnoses().Cached(Request(), "h1"));
    EXPECT_EQ(diagnoses().Cached(Request(), "h1")->id, id);
    EXPECT_FALSE(diagnoses().Cached(Request(), "h2"));
    EXPECT_FALSE(diagnoses().Cached(Request("load"), "h1"));
    clock_.Set(clock_.Now() + std::chrono::seconds(9));
    const std::string newer = Create(Request("load")).id;
    Advance(newer, State::kCompleted, 0, R"({"n":2})", "h1");
    EXPECT_EQ(diagnoses().LatestResult(kScope, "d", "r"), R"({"n":2})");
    EXPECT_FALSE(diagnoses().LatestResult(kOtherOrg, "d", "r"));
    EXPECT_FALSE(diagnoses().LatestResult(kScope, "d", "other"));
}

TEST_P(DiagnosisStoreContract, AnExplainedOneIsAnotherRequest) {
    DiagnosisRequest explained = Request();
    explained.explain = true;
    const std::string plain = Create().id;
    const std::string id = Create(explained).id;
    EXPECT_NE(id, plain);
    EXPECT_EQ(Create(explained).id, id);
    EXPECT_TRUE(diagnoses().Find(kScope, id)->request.explain);
    Advance(plain, State::kRunning, 0);
    Advance(plain, State::kCompleted, 0, "{}", "h1");
    EXPECT_FALSE(diagnoses().Cached(explained, "h1"));
}

TEST_P(DiagnosisStoreContract, LatestCompletedAreOneARequestAndOfOneOrganization) {
    const auto complete = [&](const DiagnosisRequest& request) {
        clock_.Set(clock_.Now() + std::chrono::seconds(1));
        const std::string id = Create(request).id;
        Advance(id, State::kRunning, 0);
        Advance(id, State::kCompleted, 0, "{}", "h");
        return id;
    };
    DiagnosisRequest theirs = Request();
    theirs.scope = kOtherOrg;
    complete(Request());
    complete(theirs);
    const std::string load = complete(Request("load"));
    const std::string again = complete(Request());
    Create(Request("open"));
    std::vector<std::string> ids;
    for (const auto& run : diagnoses().LatestCompleted(kScope.org, 10)) ids.push_back(run.id);
    EXPECT_THAT(ids, ::testing::ElementsAre(again, load));
    EXPECT_EQ(diagnoses().LatestCompleted(kScope.org, 1).size(), 1u);
    EXPECT_THAT(diagnoses().LatestCompleted("org_none", 10), ::testing::IsEmpty());
}

TEST_P(DiagnosisStoreContract, OfManyRunsWhatTheNewestDiagnosisSays) {
    const auto finish = [&](const std::string& run, const std::string& result) {
        DiagnosisRequest request = Request();
        request.run_id = run;
        const std::string id = Create(request, true).id;
        Advance(id, State::kRunning, 0);
        Advance(id, State::kCompleted, 0, result);
        clock_.Set(clock_.Now() + std::chrono::seconds(1));
        return id;
    };
    finish("r1", R"({"root_cause_type":"OLD"})");
    const std::string newest = finish("r1", R"({"root_cause_type":"NEW","root_cause_task":"d.load"})");
    finish("r2", "{}");
    finish("r3", R"({"root_cause_type":"NOT_ASKED"})");
    Create();  // pending: says nothing yet
    auto found = diagnoses().Diagnosed(kScope, "d", {"r2", "r1", "r", "nope"});
    std::ranges::sort(found, {}, &DiagnosedRun::run_id);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].diagnosis_id, newest);
    EXPECT_EQ(found[0].code + found[0].root_task, "NEWd.load");
    EXPECT_EQ(found[1].code + found[1].root_task, "") << "a diagnosis may name neither";
    EXPECT_TRUE(diagnoses().Diagnosed(kOtherOrg, "d", {"r1"}).empty());
    EXPECT_TRUE(diagnoses().Diagnosed(kScope, "d", {}).empty());
}

TEST_P(DiagnosisStoreContract, WaitEndsWithAnEventOrTheEnd) {
    const std::string id = Create().id;
    EXPECT_FALSE(diagnoses().WaitEvents(id, 0, In(std::chrono::milliseconds(10))));
    auto event = std::async(std::launch::async, [&] { return diagnoses().WaitEvents(id, 0, In(kLong)); });
    Advance(id, State::kRunning, 1);
    EXPECT_TRUE(event.get());
    auto end = std::async(std::launch::async, [&] { return diagnoses().WaitEvents(id, 1, In(kLong)); });
    Advance(id, State::kCompleted, 0);
    EXPECT_TRUE(end.get());
    EXPECT_TRUE(diagnoses().WaitEvents(id, 1, In(kLong))) << "it has ended";
}

TEST_P(DiagnosisStoreContract, OneThreadFollowsAll) {
    const std::string id = Create().id;
    const uint64_t seen = diagnoses().WaitAnyEvents(0, In(kLong));
    auto any = std::async(std::launch::async, [&] { return diagnoses().WaitAnyEvents(seen, In(kLong)); });
    Advance(id, State::kRunning, 1);
    const uint64_t now = any.get();
    EXPECT_NE(now, seen);
    auto stopped = std::async(std::launch::async, [&] { return diagnoses().WaitAnyEvents(now, In(kLong)); });
    diagnoses().Stop();
    stopped.get();
    EXPECT_FALSE(diagnoses().WaitEvents(id, 1, In(kLong)));
}

TEST_P(DiagnosisStoreContract, AnotherProcessesEventsAreSeenSoon) {
    const std::string id = Create().id;
    const auto second = holder_->Second();
    auto waiting = std::async(std::launch::async, [&] { return diagnoses().WaitEvents(id, 0, In(kLong)); });
    second->diagnoses().Advance(id, State::kRunning, {{.event = "text_delta", .data = "{}", .at = clock_.Now()}}, {},
                                {}, clock_.Now());
    EXPECT_TRUE(waiting.get());
}

}  // namespace dagy::store
