/// Everything that a store implementation offers, by its small interfaces. Take the interface you need, never this,
/// outside app/.
#pragma once

#include "store/diagnosis_store.h"
#include "store/event_log.h"
#include "store/guidance_store.h"
#include "store/identity_store.h"
#include "store/ingest_store.h"
#include "store/record_store.h"
#include "store/run_store.h"
#include "store/upkeep_store.h"

namespace dagy::store {

class Store {
  public:
    virtual ~Store() = default;
    virtual IngestStore& ingest() = 0;
    virtual RunStore& runs() = 0;
    virtual RecordStore& records() = 0;
    virtual EventLog& events() = 0;
    virtual DiagnosisStore& diagnoses() = 0;
    virtual GuidanceStore& guidance() = 0;
    virtual IdentityStore& identity() = 0;
    virtual UpkeepStore& upkeep() = 0;
    /// A write and a read back; throws kUnavailable or kStorage with the reason. For /health.
    virtual void Check() = 0;
};

}  // namespace dagy::store
