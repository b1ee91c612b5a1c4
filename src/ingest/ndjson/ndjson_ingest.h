/// NDJSON on its way into the lake: the body of POST /api/v1/ingest, and `dagy ingest`.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/ndjson/line_fault.h"
#include "lake/lake.h"
#include "model/run.h"

namespace dagy::ingest::ndjson {

struct IngestOptions {
    size_t batch_lines = 20'000;
    size_t batch_bytes = size_t{8} << 20;
    size_t line_bytes_max = size_t{1} << 20;
    size_t faults_max = 100;  ///< how many rejected lines are named; all are counted
    /// A line may name another deployment of the organization; without this only the scope's own is known.
    std::function<bool(const std::string& deployment)> knows_deployment;
};

struct IngestReport {
    uint64_t accepted = 0;    ///< lines that are durable now
    uint64_t duplicates = 0;  ///< lines whose event_id was known
    uint64_t rejected = 0;
    std::vector<LineFault> errors;  ///< the first of the rejected
};

/// Takes a text in pieces of any size, as they come. Not thread-safe.
///
/// A line counts as accepted when the batch that holds it is durable. A bad line is rejected with its number, member
/// and reason and never harms its neighbours. Lines of one phase attempt keep their order. Errors of the store
/// (kStorageFull …) pass through Feed and Finish: what was counted before stays in, see report().
class NdjsonIngest {
  public:
    NdjsonIngest(lake::Lake& lake, const model::Scope& scope, IngestOptions options = {});
    ~NdjsonIngest();

    void Feed(std::string_view bytes);
    /// The text ends here. A last line without a line end is taken if it is whole, else rejected.
    IngestReport Finish();

    /// What has become durable so far.
    const IngestReport& report() const;
    /// Lines seen so far.
    uint64_t lines() const;

  private:
    class Body;
    std::unique_ptr<Body> body_;
};

}  // namespace dagy::ingest::ndjson
