/// Runs diagnoses for a server: a few threads of its own, each run's story written to the store as it is told.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "diagnose/gather.h"
#include "diagnose/service/guidance_book.h"
#include "diagnose/service/guidance_trial.h"
#include "diagnose/wording.h"
#include "lake/lake.h"
#include "store/diagnosis_store.h"
#include "store/run_store.h"

namespace dagy::diagnose {

class EventWriter;

struct ServiceLimits {
    size_t threads = 2;
    size_t queue_max = 256;                         ///< diagnoses that wait for a thread
    std::chrono::milliseconds time_limit{120'000};  ///< of one diagnosis; over it: timed_out
    std::chrono::milliseconds batch{20};  ///< sentences after the first wait at most so long before they are stored
    GatherLimits gather;
};

/// Thread-safe. One per process; stores and lake outlive it.
class DiagnosisService {
  public:
    DiagnosisService(store::RunStore& runs, store::DiagnosisStore& diagnoses, lake::Lake& lake, const Clock& clock,
                     ServiceLimits limits = {}, store::GuidanceStore* guidance = nullptr,
                     WordingModel* wording = nullptr);
    ~DiagnosisService();

    /// Starts the threads; a server also takes up, from their beginning, diagnoses that an earlier process left
    /// unfinished.
    void Start(bool take_up = true);
    /// Ends the threads soon; what was under way stays unfinished, for the next Start.
    void Stop();

    /// Makes or joins a diagnosis run and returns at once; the rest is told by its event stream. Throws kNotFound
    /// (names what is close) for an unknown dag or run, kUnavailable when the queue is full.
    store::DiagnosisRun Request(const store::DiagnosisRequest& request, bool skip_cache, bool force);

    /// Re-reads every ref of a completed diagnosis: {ref, ok, reason} each.
    json::array VerifyRefs(const store::DiagnosisRun& run, const json::object& diagnosis);

    /// What `next` would change in the organization's last `last` completed diagnoses, against the rules that count
    /// now.
    GuidanceTrial TryGuidance(const std::string& org, std::shared_ptr<const Guidance> next, size_t last);

  private:
    struct Job;
    void Enqueue(store::DiagnosisRun run);
    void Work();
    void Execute(Job& job);
    void Investigate(Job& job);
    bool Replay(Job& job, const std::string& evidence_hash);
    json::object Words(Job& job, const json::object& diagnosis);
    void Fail(Job& job, const std::string& code, const std::string& message);
    /// Flushes sentences that are due and stops diagnoses that are over their time.
    void Tick();

    store::RunStore& runs_;
    store::DiagnosisStore& diagnoses_;
    lake::Lake& lake_;
    const Clock& clock_;
    const ServiceLimits limits_;
    GuidanceBook guidance_;
    WordingModel* const wording_;  ///< nullptr: there is none

    std::mutex mutex_;
    std::condition_variable work_, tick_;
    std::deque<std::shared_ptr<Job>> queue_;
    std::vector<std::shared_ptr<Job>> running_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace dagy::diagnose
