#include "app/api_over_store.h"

#include <spdlog/spdlog.h>

#include "app/chat_model.h"
#include "app/settings.h"
#include "app/ui_files.h"
#include "base/error.h"

namespace dagy::app {
namespace {

std::vector<api::HealthPart> HealthParts(DataFolder& data) {
    const auto well = [](auto check) {
        return [check] {
            check();
            return api::HealthReport{};
        };
    };
    return {{"sqlite", well([&data] { data.store().Check(); })},
            {"filesystem", well([&data] {
                 data.objects().Put("health/probe", "probe");
                 if (data.objects().Get("health/probe") != "probe")
                     throw Error(ErrorCode::kStorage, "what was written reads back differently");
             })},
            {"duckdb", well([&data] { data.lake().Check(); })},
            {"disk", [&data] { return api::CheckDisk(data.path().string()); }}};
}

diagnose::ServiceLimits Limits(ApiOverStore::Use use) {
    diagnose::ServiceLimits limits = ReadServiceLimits();
    if (use == ApiOverStore::Use::kLocal) limits.threads = 1;
    return limits;
}

}  // namespace

ApiOverStore::ApiOverStore(DataFolder& data, const Clock& clock, Use use, api::ApiOptions options)
    : store_(data.store()),
      wording_(ReadChatModel()),
      service_(data.store().runs(), data.store().diagnoses(), data.lake(), clock, Limits(use), &data.store().guidance(),
               wording_.get()) {
    const bool local = use == Use::kLocal;
    // A command says itself what went wrong; its standard output is for what was asked.
    if (local) spdlog::set_level(spdlog::level::off);
    api::ApiParts parts{
        .runs = data.store().runs(),
        .diagnoses = data.store().diagnoses(),
        .identities = data.store().identity(),
        .lake = data.lake(),
        .events = data.store().events(),
        .objects = data.objects(),
        .clock = clock,
        // One command cannot join a diagnosis of another process: it might have ended, and nobody would go on with it.
        .request_diagnosis = [this, local](
                                 const store::DiagnosisRequest& request, bool skip_cache,
                                 bool force) { return service_.Request(request, skip_cache, force || local); },
        .verify_diagnosis = [this](const store::DiagnosisRun& run,
                                   const json::object& diagnosis) { return service_.VerifyRefs(run, diagnosis); },
        .guidance = &data.store().guidance(),
        .try_guidance = [this](const std::string& org, std::shared_ptr<const diagnose::Guidance> next,
                               size_t last) { return service_.TryGuidance(org, std::move(next), last); },
        .upkeep = &data.store().upkeep(),
        .health = HealthParts(data),
        .ui = UiFiles()};
    api_ = std::make_unique<api::Api>(std::move(parts), std::move(options));
    service_.Start(use == Use::kServer);
}

ApiOverStore::~ApiOverStore() {
    Stop();
}

// Who waits in the store is woken first: a command must not end a slice of waiting later than its work.
void ApiOverStore::Stop() {
    store_.events().Stop();
    store_.diagnoses().Stop();
    api_->Stop();
    service_.Stop();
}

}  // namespace dagy::app
