/// Values of the model as the API shows them. The names are those of runs.md and of schemas.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "lake/lake.h"
#include "model/record.h"
#include "model/run.h"
#include "store/diagnosis_store.h"
#include "store/identity_store.h"
#include "store/run_store.h"

namespace dagy::api {

/// An item of a list of runs, without its cause.
json::object RunListItem(const model::Run& run);
/// {root_cause_type, title, confidence} of a diagnosis' JSON text; null for none, or for one that cannot be read.
json::value CauseOf(const std::optional<std::string>& diagnosis);

/// SearchRunResult. Of `phases` the newest attempt of each is shown.
json::object SearchRunResult(const model::Run& run, const std::vector<model::PhaseSummary>& phases,
                             const std::string& default_deployment);
/// A phase in a SearchRunResult. `data_path`: where its rows are; nothing where it has none.
json::object PhaseShape(const model::PhaseSummary& phase, const std::string& data_path);

json::object TaskAttemptShape(const model::TaskAttempt& attempt);
/// {nodes, edges}: of the dag version, or, without one, the tasks that the attempts name.
json::object GraphShape(const std::optional<model::DagVersion>& dag, const std::vector<model::TaskAttempt>& attempts);
json::object LinkShape(const model::RunLink& link);
json::object DagShape(const store::DagSummary& dag);
json::object KeyShape(const store::Credential& key);

/// The paging body of http.md.
struct Paging {
    int64_t page = 0;
    int64_t limit = 20;
    int64_t offset() const { return page * limit; }
};
json::object PageBody(json::array items, int64_t total, const Paging& paging);

}  // namespace dagy::api
