/// What every EventLog does.
#pragma once

#include <future>
#include <thread>

#include "contract/store_contract.h"

namespace dagy::store {

class EventLogContract : public StoreContract {
  protected:
    static auto In(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }
    static constexpr std::chrono::milliseconds kLong{20'000};
};

TEST_P(EventLogContract, EventsComeInOrderWithWhoAndWhat) {
    ApplyRun(RunOf("d", "r1", model::RunState::kFailed));
    ApplyRun(RunOf("d", "r2", model::RunState::kQueued), kOtherOrg);
    const auto all = events().Read(0, 100);
    for (size_t i = 1; i < all.size(); ++i) EXPECT_GT(all[i].seq, all[i - 1].seq);
    EXPECT_EQ(all.back().seq, events().LastSeq());
    EXPECT_EQ(all[0].org, "org_a");
    EXPECT_EQ(all[0].deployment, "dep_a");
    EXPECT_EQ(all[0].at, clock_.Now());
    EXPECT_EQ(all.back().org, "org_b");
    EXPECT_EQ(all.back().run_id, "r2");
    EXPECT_EQ(all[2].kind, "run.state");
    EXPECT_EQ(all[2].body.at("run_key"), KeyOf("d", "r1"));
    EXPECT_EQ(events().Read(all[0].seq, 1).at(0).seq, all[1].seq);
    EXPECT_TRUE(events().Read(all.back().seq, 10).empty());
}

TEST_P(EventLogContract, ACursorOnlyGoesOn) {
    EXPECT_EQ(events().LoadCursor("notify"), 0);
    events().SaveCursor("notify", 5);
    events().SaveCursor("notify", 5);
    EXPECT_EQ(CodeOf([&] { events().SaveCursor("notify", 4); }), ErrorCode::kConflict);
    EXPECT_EQ(holder_->Second()->events().LoadCursor("notify"), 5);
    EXPECT_EQ(events().LoadCursor("diagnose"), 0);
}

TEST_P(EventLogContract, WaitEndsWithAnEventOrTheDeadline) {
    EXPECT_FALSE(events().WaitAfter(0, In(std::chrono::milliseconds(10))));
    auto waiting = std::async(std::launch::async, [&] { return events().WaitAfter(0, In(kLong)); });
    ApplyRun(RunOf("d", "r"));
    EXPECT_TRUE(waiting.get());
    EXPECT_TRUE(events().WaitAfter(0, In(std::chrono::milliseconds(0)))) << "it is already there";
    EXPECT_FALSE(events().WaitAfter(events().LastSeq(), In(std::chrono::milliseconds(10))));
}

TEST_P(EventLogContract, AnotherProcessesCommitIsSeenSoon) {
    const auto second = holder_->Second();
    auto waiting = std::async(std::launch::async, [&] {
        const bool seen = events().WaitAfter(0, In(kLong));
        return std::pair(seen, std::chrono::steady_clock::now());
    });
    model::Batch batch = BatchOf();
    batch.runs = {RunOf("d", "r")};
    second->ingest().Apply(batch);
    const auto committed = std::chrono::steady_clock::now();
    const auto [seen, at] = waiting.get();
    EXPECT_TRUE(seen);
    EXPECT_LT(at - committed, std::chrono::seconds(5)) << "250 ms on a machine that is not busy";
}

TEST_P(EventLogContract, StopWakesEverybodyNowAndLater) {
    std::vector<std::future<bool>> waiting;
    for (int i = 0; i < 5; ++i)
        waiting.push_back(std::async(std::launch::async, [&] { return events().WaitAfter(0, In(kLong)); }));
    events().Stop();
    for (auto& one : waiting) EXPECT_FALSE(one.get());
    EXPECT_FALSE(events().WaitAfter(0, In(kLong)));
}

}  // namespace dagy::store
