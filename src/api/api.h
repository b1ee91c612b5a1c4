/// The whole HTTP API as one handler. Knows no sockets: tests hand it requests as values.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/diagnosis_routes.h"
#include "api/guidance_routes.h"
#include "api/health.h"
#include "api/log_stream.h"
#include "api/rate_limit.h"
#include "api/route_table.h"
#include "api/sse_hub.h"
#include "api/static_files.h"
#include "base/time.h"
#include "identity/sign_in.h"
#include "lake/lake.h"
#include "net/http.h"
#include "objects/object_store.h"
#include "search/search_engine.h"
#include "store/diagnosis_store.h"
#include "store/event_log.h"
#include "store/identity_store.h"
#include "store/run_store.h"
#include "store/upkeep_store.h"

namespace dagy::api {

/// What the API stands on; all of it outlives the Api.
struct ApiParts {
    store::RunStore& runs;
    store::DiagnosisStore& diagnoses;
    store::IdentityStore& identities;
    lake::Lake& lake;
    store::EventLog& events;
    objects::ObjectStore& objects;
    const Clock& clock;
    RequestDiagnosis request_diagnosis;
    VerifyDiagnosis verify_diagnosis;          ///< may be empty
    store::GuidanceStore* guidance = nullptr;  ///< nullptr: organizations cannot write rules of their own
    TryGuidance try_guidance;                  ///< may be empty: nothing to try rules on
    store::UpkeepStore* upkeep = nullptr;      ///< nullptr: nothing can be deleted
    std::vector<HealthPart> health;
    StaticFiles ui;
};

struct ApiOptions {
    std::string version = "0.1.0";
    RateLimitOptions rate;
    SseOptions streams;
    LogStreamOptions log_streams;
    HealthOptions health;
    identity::SignInOptions sign_in;
    search::SearchLimits search;      ///< of /api/v1/search; its time is DAGY_SEARCH_TIMEOUT_SECONDS
    size_t searches = 4;              ///< at once
    size_t searches_each_max = 8;     ///< of one identity, waiting ones included
    int search_days_max = 7;          ///< DAGY_SEARCH_MAX_DAYS
    int64_t retention_days = 0;       ///< DAGY_RETENTION_DAYS; 0: for ever
    size_t body_bytes_max = 1 << 20;  ///< of a JSON body
    size_t downloads = 8;             ///< long answers at once
    size_t downloads_waiting_max = 64;
};

class Api final : public net::Handler {
  public:
    Api(ApiParts parts, ApiOptions options = {});
    ~Api() override;

    net::RouteInfo Route(const net::Request& head) override;
    net::Response Handle(net::Request request) override;

    /// For signing the first browser in.
    identity::SignIn& sign_in();
    const RouteTable& routes() const;

    /// Closes event streams and downloads, so that the server can stop. Idempotent.
    void Stop();

  private:
    struct State;
    net::Response Answer(net::Request& request, std::string& operation);
    net::Response Call(net::Request& request, const api::Route& route);
    net::Response WithoutRoute(const net::Request& request, const RouteTable::Match& match) const;

    std::unique_ptr<State> state_;
};

}  // namespace dagy::api
