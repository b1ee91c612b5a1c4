/// Compares what is registered with what is there.
#pragma once

#include "lake/chunk_files.h"
#include "lake/database.h"
#include "lake/lake.h"
#include "lake/orphan_sweeper.h"
#include "lake/upkeep.h"
#include "store/run_store.h"

namespace dagy::lake {

/// Thread-safe; changes nothing.
class Inspector {
  public:
    Inspector(objects::ObjectStore& objects, store::RecordStore& records, store::RunStore& runs, Database& database,
              OrphanSweeper& sweeper, const LakeOptions& options)
        : objects_(objects),
          records_(records),
          runs_(runs),
          database_(database),
          sweeper_(sweeper),
          options_(options) {}

    CheckReport Check(const UpkeepScope& scope, const Tell& tell);

    /// What is wrong with a chunk's object, for a person; empty: it holds what was written.
    std::string FaultOf(const store::Chunk& chunk);

  private:
    class Round;
    objects::ObjectStore& objects_;
    store::RecordStore& records_;
    store::RunStore& runs_;
    Database& database_;
    OrphanSweeper& sweeper_;
    const LakeOptions& options_;
};

}  // namespace dagy::lake
