/// Turns the lines of a text into batches, one for each deployment that they name.
#pragma once

#include <simdjson.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "ingest/ndjson/batch_builder.h"
#include "ingest/ndjson/line_fault.h"
#include "ingest/ndjson/line_members.h"

namespace dagy::ingest::ndjson {

/// Behind every text that is parsed so many bytes must be readable.
inline constexpr size_t kPadding = simdjson::SIMDJSON_PADDING;

/// What became of a line.
struct LineOutcome {
    std::optional<Rejected> fault;
    bool duplicate = false;
    std::string deployment;
    model::EventId event;  ///< an empty id: none
};

class LineParser {
  public:
    LineParser(std::function<bool(const std::string&)> knows_deployment, std::string own_deployment,
               size_t line_bytes_max);

    /// Where a line goes; nullptr: its event id is known already, it goes nowhere.
    using BatchOf = std::function<BatchBuilder*(const std::string& deployment, const std::string& event_id)>;

    /// Reads `line`, which is followed by kPadding readable bytes, and adds it to its batch.
    LineOutcome Add(std::string_view line, const BatchOf& batch_of);

  private:
    bool Knows(const std::string& deployment);

    std::function<bool(const std::string&)> knows_deployment_;
    std::string own_deployment_;
    std::map<std::string, bool> known_;
    simdjson::dom::parser parser_;
    std::string quoted_;
    LineMembers members_;
};

}  // namespace dagy::ingest::ndjson
