/// How the store remembers an `event_id`: with its run, so that a run that is deleted takes its ids along.
#pragma once

#include <string>
#include <string_view>

namespace dagy::ingest::ndjson {

/// With an empty id, what all keys of the run begin with. The names of lines that have no run, or no dag, are empty.
std::string EventKey(std::string_view dag_id, std::string_view run_id, std::string_view event_id);

}  // namespace dagy::ingest::ndjson
