/// Deletes runs that are older than their dag keeps them.
#pragma once

#include "lake/run_remover.h"
#include "lake/runs_in_use.h"
#include "lake/upkeep.h"

namespace dagy::lake {

/// Thread-safe.
class Retention {
  public:
    Retention(store::UpkeepStore& upkeep, RunRemover& remover, RunsInUse& in_use)
        : upkeep_(upkeep), remover_(remover), in_use_(in_use) {}

    RetainReport Apply(const RetainOptions& options, Time now, const Tell& tell);

  private:
    class Round;
    store::UpkeepStore& upkeep_;
    RunRemover& remover_;
    RunsInUse& in_use_;
};

}  // namespace dagy::lake
