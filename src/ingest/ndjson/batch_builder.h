/// A batch that grows line by line; records of one phase attempt and kind come together in their order.
#pragma once

#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "model/batch.h"

namespace dagy::ingest::ndjson {

class BatchBuilder {
  public:
    explicit BatchBuilder(const model::Scope& scope) { batch_.scope = scope; }

    model::Batch& batch() { return batch_; }

    /// The group to append a record to. Fast where line after line goes to the same one. Valid until the next call.
    model::RecordGroup& GroupOf(std::string_view dag_id, std::string_view run_id, std::string_view phase, int attempt,
                                model::RecordKind kind);

  private:
    model::Batch batch_;
    std::unordered_map<std::string, size_t> groups_;
    size_t last_ = SIZE_MAX;
    std::string key_;
};

}  // namespace dagy::ingest::ndjson
