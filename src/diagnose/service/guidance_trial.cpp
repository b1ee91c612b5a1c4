#include "diagnose/service/guidance_trial.h"

#include "base/error.h"
#include "diagnose/diagnose.h"

namespace dagy::diagnose {
namespace {

std::string CodeWith(const CaseFile& file, const std::shared_ptr<const Guidance>& guidance) {
    Options options;
    options.guidance = guidance;
    return StringOr(Diagnose(file, options), "root_cause_type");
}

}  // namespace

GuidanceTrial TryOnLatest(store::RunStore& runs, lake::Lake& lake, store::DiagnosisStore& diagnoses,
                          const GatherLimits& limits, const TrialRequest& request) {
    GuidanceTrial trial;
    for (auto& run : diagnoses.LatestCompleted(request.org, request.last)) {
        if (std::chrono::steady_clock::now() >= request.deadline) {
            ++trial.left_out;
            continue;
        }
        try {
            const GatheredCase gathered = Gather(runs, lake, run.request, limits);
            std::string from = CodeWith(gathered.file, request.now);
            std::string to = CodeWith(gathered.file, request.next);
            ++trial.tried;
            if (from != to) trial.changes.push_back({std::move(run), std::move(from), std::move(to)});
        } catch (const Error& error) {
            if (error.code() != ErrorCode::kNotFound && error.code() != ErrorCode::kInvalidInput) throw;
            ++trial.gone;
        }
    }
    return trial;
}

}  // namespace dagy::diagnose
