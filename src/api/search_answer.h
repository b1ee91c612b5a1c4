/// One search as an answer: NDJSON as it is found, or one JSON body at the end.
#pragma once

#include <memory>

#include "api/download_pool.h"
#include "api/stream_slots.h"
#include "base/time.h"
#include "net/http.h"
#include "search/search_engine.h"

namespace dagy::api {

/// What searches stand on; all of it outlives the answers.
struct SearchParts {
    search::SearchEngine& engine;
    DownloadPool& pool;                  ///< threads that searches run on
    std::shared_ptr<StreamSlots> slots;  ///< how many searches there may be
    const Clock& clock;
};

struct SearchWish {
    search::SearchRequest asked;
    bool stream = false;   ///< NDJSON
    std::string identity;  ///< whose limit it counts against
    net::Request request;  ///< that asked for it, for the problems' members
};

/// Begins when the head is sent, ends when the client is gone. Throws ProblemError too_many_streams, and kUnavailable
/// when no thread is free and too many wait.
net::Response AnswerSearch(const SearchParts& parts, SearchWish wish);

}  // namespace dagy::api
