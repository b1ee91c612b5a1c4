/// A copy of the Hive tree as a tar archive.
#pragma once

#include "lake/chunk_files.h"
#include "lake/lake.h"
#include "lake/settler.h"
#include "lake/upkeep.h"
#include "store/run_store.h"

namespace dagy::lake {

/// Thread-safe.
class Exporter {
  public:
    using Write = std::function<bool(std::string bytes)>;
    Exporter(objects::ObjectStore& objects, store::RecordStore& records, store::RunStore& runs, ChunkFiles& files,
             Settler& settler)
        : objects_(objects), records_(records), runs_(runs), files_(files), settler_(settler) {}

    /// Each run as it stands when its turn comes. Whoever calls sees to it that no replaced chunk is deleted meanwhile.
    ExportReport Export(const UpkeepScope& scope, const Write& write);

  private:
    class Round;
    objects::ObjectStore& objects_;
    store::RecordStore& records_;
    store::RunStore& runs_;
    ChunkFiles& files_;
    Settler& settler_;
};

}  // namespace dagy::lake
