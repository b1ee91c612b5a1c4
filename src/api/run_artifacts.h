/// Which Parquet objects a run has: the chunks that are registered, and the files that are derived from them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "lake/lake.h"
#include "model/run.h"
#include "objects/object_store.h"
#include "store/run_store.h"

namespace dagy::api {

struct Artifact {
    std::string kind;  ///< `<phase>-data`, `-errors`, `-logs`, `-metadata`, `-index`; `event-queue-data`, `event-event`
    std::string phase;
    int attempt = 1;
    int chunk = 0;  ///< its place among the chunks of its kind, by rows
    std::string key;
    std::optional<int64_t> rows;  ///< nothing for derived files
    std::string sha256;           ///< empty for derived files
    int64_t bytes = 0;
    std::optional<Time> modified_at;  ///< nothing: the object is missing from the storage
};

class RunArtifacts {
  public:
    RunArtifacts(store::RunStore& runs, lake::Lake& lake, objects::ObjectStore& objects)
        : runs_(runs), lake_(lake), objects_(objects) {}

    /// By (phase, attempt, kind, chunk). What a run that has ended has not written as Parquet yet is written now.
    std::vector<Artifact> Of(const model::Run& run, const std::string& default_deployment);

  private:
    void SettleRest(const model::Run& run);
    void AddChunks(const model::Run& run, const std::vector<objects::ObjectInfo>& there, std::vector<Artifact>& found);
    void AddDerived(const model::Run& run, const std::string& default_deployment,
                    const std::vector<objects::ObjectInfo>& there, std::vector<Artifact>& found);

    store::RunStore& runs_;
    lake::Lake& lake_;
    objects::ObjectStore& objects_;
};

}  // namespace dagy::api
