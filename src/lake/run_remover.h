/// Deletes a run: its rows in the store, then its objects.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lake/lake.h"
#include "lake/orphan_sweeper.h"
#include "lake/runs_in_use.h"

namespace dagy::lake {

/// Thread-safe. The store forgets the run and lists its objects as garbage in one transaction, so that a kill at any
/// point leaves a whole run or none, and no object that nobody knows.
class RunRemover {
  public:
    RunRemover(objects::ObjectStore& objects, store::RecordStore& records, store::UpkeepStore& upkeep,
               OrphanSweeper& sweeper, RunsInUse& in_use, const LakeOptions& options)
        : objects_(objects),
          records_(records),
          upkeep_(upkeep),
          sweeper_(sweeper),
          in_use_(in_use),
          options_(options) {}

    store::DeletedRun Delete(const model::Run& run, std::string_view reason, const store::AuditEntry& audit);

  private:
    std::vector<std::string> FilesOf(const model::Run& run);

    objects::ObjectStore& objects_;
    store::RecordStore& records_;
    store::UpkeepStore& upkeep_;
    OrphanSweeper& sweeper_;
    RunsInUse& in_use_;
    const LakeOptions& options_;
};

}  // namespace dagy::lake
