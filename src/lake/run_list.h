/// The runs of a scope, one by one.
#pragma once

#include "lake/upkeep.h"
#include "store/run_store.h"

namespace dagy::lake {

/// Newest first, in pages, so that memory does not grow with their number; `visit` returns false to stop.
inline void ForEachRun(store::RunStore& runs, const UpkeepScope& scope,
                       const std::function<bool(const model::Run&)>& visit) {
    store::RunQuery query{.org = scope.org.value_or(""),
                          .deployment = scope.deployment,
                          .dag_id = scope.dag_id,
                          .date_from = scope.date_from,
                          .date_to = scope.date_to,
                          .limit = 200};
    if (scope.run_id) query.run_ids = {*scope.run_id};
    while (true) {
        const store::RunPage page = runs.Runs(query);
        for (const model::Run& run : page.runs)
            if (!visit(run)) return;
        if (page.runs.size() < query.limit) return;
        query.after_run_key = page.runs.back().key;
    }
}

}  // namespace dagy::lake
