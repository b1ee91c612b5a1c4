/// What every Store's test suites share: a fresh store, short ways to make values. An implementation's test does
///   INSTANTIATE_TEST_SUITE_P(Sqlite, IngestStoreContract, ::testing::Values(&MakeSqlite));   // and so for each
///   *_store_contract.h
#pragma once

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "model/batch.h"
#include "store/store.h"

namespace dagy::store {

/// Owns a fresh, empty store. `Second` opens the same data once more, as another process would.
class StoreHolder {
  public:
    virtual ~StoreHolder() = default;
    virtual Store& store() = 0;
    virtual std::unique_ptr<Store> Second() = 0;
};

using MakeStore = std::unique_ptr<StoreHolder> (*)(const Clock& clock);

inline Time At(const char* text) {
    return *ParseTime(text);
}
inline const model::Scope kScope{"org_a", "dep_a"};
inline const model::Scope kOtherOrg{"org_b", "dep_b"};

inline ErrorCode CodeOf(const std::function<void()>& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.code();
    }
    ADD_FAILURE() << "nothing was thrown";
    return ErrorCode::kInternal;
}

class StoreContract : public ::testing::TestWithParam<MakeStore> {
  protected:
    Store& store() { return holder_->store(); }
    IngestStore& ingest() { return store().ingest(); }
    RunStore& runs() { return store().runs(); }
    RecordStore& records() { return store().records(); }
    EventLog& events() { return store().events(); }

    static model::Batch BatchOf(model::Scope scope = kScope) {
        model::Batch batch;
        batch.scope = std::move(scope);
        return batch;
    }
    static model::Run RunOf(const std::string& dag, const std::string& run_id,
                            model::RunState state = model::RunState::kSucceeded,
                            const char* started = "2026-05-13T00:00:10Z") {
        model::Run run;
        run.dag_id = dag;
        run.run_id = run_id;
        run.state = state;
        run.started_at = At(started);
        if (Ended(state)) run.ended_at = *run.started_at + std::chrono::seconds(60);
        return run;
    }
    static model::RecordGroup LogsOf(const std::string& dag, const std::string& run, const std::string& phase, int rows,
                                     int from = 0) {
        model::RecordGroup group{.run = {dag, run}, .phase = phase};
        for (int i = 0; i < rows; ++i) {
            model::LogRow row;
            row.message = "line " + std::to_string(from + i);
            row.level = i % 10 == 9 ? model::Level::kError : model::Level::kInfo;
            group.logs.push_back(row);
        }
        return group;
    }
    ApplyResult ApplyRun(const model::Run& run, const model::Scope& scope = kScope) {
        model::Batch batch = BatchOf(scope);
        batch.runs.push_back(run);
        return ingest().Apply(batch);
    }
    int64_t KeyOf(const std::string& dag, const std::string& run, const model::Scope& scope = kScope) {
        const auto found = runs().FindRun(scope.org, scope.deployment, dag, run);
        return found ? found->key : 0;
    }
    std::vector<std::string> EventKinds(int64_t after = 0) {
        std::vector<std::string> kinds;
        for (const LoggedEvent& event : events().Read(after, 1000)) kinds.push_back(event.kind);
        return kinds;
    }

    ManualClock clock_{At("2026-06-01T12:00:00Z")};
    std::unique_ptr<StoreHolder> holder_ = GetParam()(clock_);
};

}  // namespace dagy::store
