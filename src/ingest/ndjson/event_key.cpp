#include "ingest/ndjson/event_key.h"

#include <fmt/format.h>

namespace dagy::ingest::ndjson {

// Lengths tell where a name ends, whatever stands in it.
std::string EventKey(std::string_view dag_id, std::string_view run_id, std::string_view event_id) {
    return fmt::format("ndjson:{}:{}{}:{}:{}", dag_id.size(), dag_id, run_id.size(), run_id, event_id);
}

}  // namespace dagy::ingest::ndjson
