#include "diagnose/service.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/crash_point.h"
#include "base/error.h"
#include "base/hash.h"
#include "diagnose/diagnose.h"
#include "diagnose/service/event_writer.h"

namespace dagy::diagnose {

using model::DiagnosisState;
using SteadyClock = std::chrono::steady_clock;

struct DiagnosisService::Job {
    store::DiagnosisRun run;
    std::unique_ptr<EventWriter> writer;
    std::stop_source stop;
    SteadyClock::time_point deadline;
    bool is_over_time = false;  ///< under the service's mutex
};

DiagnosisService::DiagnosisService(store::RunStore& runs, store::DiagnosisStore& diagnoses, lake::Lake& lake,
                                   const Clock& clock, ServiceLimits limits, store::GuidanceStore* guidance,
                                   WordingModel* wording)
    : runs_(runs),
      diagnoses_(diagnoses),
      lake_(lake),
      clock_(clock),
      limits_(std::move(limits)),
      guidance_(guidance),
      wording_(wording) {}

DiagnosisService::~DiagnosisService() {
    Stop();
}

void DiagnosisService::Start(bool take_up) {
    for (auto& run : take_up ? diagnoses_.Unfinished() : std::vector<store::DiagnosisRun>{}) {
        diagnoses_.Restart(run.id, clock_.Now());
        Enqueue(std::move(run));
    }
    for (size_t i = 0; i < limits_.threads; ++i) threads_.emplace_back([this] { Work(); });
    threads_.emplace_back([this] { Tick(); });
}

void DiagnosisService::Stop() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
        for (const auto& job : running_) job->stop.request_stop();
    }
    work_.notify_all();
    tick_.notify_all();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

store::DiagnosisRun DiagnosisService::Request(const store::DiagnosisRequest& request, bool skip_cache, bool force) {
    RequireRun(runs_, request);
    {
        std::lock_guard lock(mutex_);
        if (stopping_) throw Error(ErrorCode::kUnavailable, "the server is stopping", "ask again in a moment");
        if (queue_.size() >= limits_.queue_max) {
            throw Error(ErrorCode::kUnavailable, fmt::format("{} diagnoses are waiting already", queue_.size()),
                        "ask again in a few seconds");
        }
    }
    bool created = false;
    auto run = diagnoses_.CreateOrJoin(request, skip_cache || force, force, clock_.Now(), &created);
    if (created) Enqueue(run);
    return run;
}

void DiagnosisService::Enqueue(store::DiagnosisRun run) {
    auto job = std::make_shared<Job>();
    job->run = std::move(run);
    job->writer = std::make_unique<EventWriter>(diagnoses_, clock_, job->run.id, limits_.batch);
    {
        std::lock_guard lock(mutex_);
        queue_.push_back(std::move(job));
    }
    work_.notify_one();
}

void DiagnosisService::Work() {
    while (true) {
        std::shared_ptr<Job> job;
        {
            std::unique_lock lock(mutex_);
            work_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (stopping_) return;
            job = std::move(queue_.front());
            queue_.pop_front();
            job->deadline = SteadyClock::now() + limits_.time_limit;
            running_.push_back(job);
        }
        tick_.notify_all();
        Execute(*job);
        std::lock_guard lock(mutex_);
        std::erase(running_, job);
    }
}

void DiagnosisService::Execute(Job& job) {
    try {
        Investigate(job);
    } catch (const Error& error) {
        std::unique_lock lock(mutex_);
        const bool over_time = job.is_over_time, stopping = stopping_;
        lock.unlock();
        if (over_time) {
            Fail(job, "timed_out",
                 fmt::format("the diagnosis took longer than its {} s", limits_.time_limit.count() / 1000));
        } else if (stopping && job.stop.stop_requested()) {
            job.writer->Abandon();
        } else {
            Fail(job, std::string(Name(error.code())),
                 error.hint().empty() ? error.detail() : error.detail() + "; " + error.hint());
        }
    } catch (const std::exception&) {
        // What a library said may hold paths or SQL; the client gets the fact and the run's id.
        Fail(job, "internal",
             fmt::format("the diagnosis failed by a fault of dagy itself; please report diagnosis run {}", job.run.id));
    }
}

void DiagnosisService::Fail(Job& job, const std::string& code, const std::string& message) {
    const auto state = code == "timed_out" ? DiagnosisState::kTimedOut : DiagnosisState::kFailed;
    store::DiagnosisEvent event{0, "error", json::serialize(json::object{{"message", message}, {"code", code}}),
                                clock_.Now()};
    try {
        job.writer->Finish(state, {std::move(event)}, std::nullopt, {}, code, message);
    } catch (const std::exception&) {
        // The store itself refuses (a full disk): the run stays unfinished and is taken up at the next start.
    }
}

void DiagnosisService::Investigate(Job& job) {
    const auto& request = job.run.request;
    // Before anything is read, so that a follower sees life at once, however much there is to gather.
    job.writer->Tell(request.task_id.empty()
                         ? fmt::format("Looking at run `{}` of **{}**.", request.run_id, request.dag_id)
                         : fmt::format("Looking at task `{}` in run `{}` of **{}**.", request.task_id, request.run_id,
                                       request.dag_id));
    GatheredCase gathered = Gather(runs_, lake_, request, limits_.gather);
    const auto guidance = guidance_.For(request.scope.org);
    // Other rules may find another cause in the same evidence: what was found with the old ones must not be replayed.
    if (guidance)
        gathered.file.evidence_hash =
            Sha256Hex(fmt::format("{} guidance {}", gathered.file.evidence_hash, guidance->version()));
    std::string evidence_hash = gathered.file.evidence_hash;
    if (request.wording && wording_ != nullptr)
        evidence_hash = Sha256Hex(fmt::format("{} words of {}", evidence_hash, wording_->name()));
    CrashPoint("diagnose.gathered");
    if (!job.run.skip_cache && Replay(job, evidence_hash)) return;
    Options options;
    options.session_id = job.run.id;
    options.stop = job.stop.get_token();
    options.explain = request.explain;
    options.guidance = guidance;
    options.tell = [&](const std::string& text) { job.writer->Tell(text); };
    json::object diagnosis = Diagnose(gathered.file, options);
    if (request.wording) {
        diagnosis["wording"] = Words(job, diagnosis);
        // What a model failed to do is not worth keeping: who asks again asks it again.
        if (wording_ != nullptr && StringOr(diagnosis.at("wording").as_object(), "status") != "worded")
            evidence_hash = Sha256Hex(evidence_hash + " failed " + job.run.id);
    }
    const std::string result = json::serialize(diagnosis);
    CrashPoint("diagnose.told");
    const Time now = clock_.Now();
    job.writer->Finish(DiagnosisState::kCompleted, {{0, "rca_diagnosis", result, now}, {0, "end", "{}", now}}, result,
                       evidence_hash);
    CrashPoint("diagnose.finish");
}

/// Whatever the model does, the diagnosis stands: its time is the model's own limit, and an end of the server's or of
/// the diagnosis' time ends only the asking.
json::object DiagnosisService::Words(Job& job, const json::object& diagnosis) {
    if (wording_ == nullptr) return NotWorded("no language model is set up (DAGY_LLM_URL)");
    job.writer->Tell(fmt::format("Asking {} to say it in other words; what is found stands.", wording_->name()));
    return Reword(diagnosis, *wording_, job.stop.get_token());
}

bool DiagnosisService::Replay(Job& job, const std::string& evidence_hash) {
    const auto cached = diagnoses_.Cached(job.run.request, evidence_hash);
    if (!cached || cached->id == job.run.id) return false;
    const auto kept = diagnoses_.Result(cached->id);
    if (!kept) return false;
    auto parsed = ParseJson(*kept, "the cached diagnosis");
    if (!parsed.is_object()) return false;
    auto& diagnosis = parsed.as_object();
    diagnosis["from_dag_run_id"] = cached->request.run_id;
    const Time now = clock_.Now();
    std::vector<store::DiagnosisEvent> events;
    bool known = false;
    constexpr size_t kEventsMax = 1000;
    for (auto& event : diagnoses_.Events(cached->id, 0, kEventsMax, &known)) {
        // The opening sentence has just been told.
        if (event.event == "text_delta" && event.data.find("Looking at ") == std::string::npos)
            events.push_back({0, event.event, event.data, now});
    }
    const std::string result = json::serialize(diagnosis);
    events.push_back({0, "rca_diagnosis", result, now});
    events.push_back({0, "end", "{}", now});
    job.writer->Finish(DiagnosisState::kCompleted, std::move(events), result, evidence_hash);
    return true;
}

void DiagnosisService::Tick() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const auto now = SteadyClock::now();
        auto next = SteadyClock::time_point::max();
        for (const auto& job : running_) {
            if (job->deadline <= now && !job->is_over_time) {
                job->is_over_time = true;
                job->stop.request_stop();
            }
            if (!job->is_over_time) next = std::min(next, job->deadline);
        }
        const auto jobs = running_;
        lock.unlock();
        for (const auto& job : jobs) {
            try {
                job->writer->FlushIfDue(now);
            } catch (const std::exception&) {
                // The investigation's own next write meets the same fault and ends the run with it.
            }
        }
        lock.lock();
        if (stopping_) return;
        // With nothing under way there is nothing to flush: sleep until a job begins.
        if (running_.empty())
            tick_.wait(lock, [this] { return stopping_ || !running_.empty(); });
        else
            tick_.wait_until(lock, std::min(next, SteadyClock::now() + limits_.batch / 2));
    }
}

json::array DiagnosisService::VerifyRefs(const store::DiagnosisRun& run, const json::object& diagnosis) {
    const GatheredCase gathered = Gather(runs_, lake_, run.request, limits_.gather);
    return Verify(gathered.file, diagnosis);
}

GuidanceTrial DiagnosisService::TryGuidance(const std::string& org, std::shared_ptr<const Guidance> next, size_t last) {
    // Somebody waits for the answer: what was tried until then has to do.
    constexpr std::chrono::seconds kTrialMax{10};
    const auto now = guidance_.For(org);
    return TryOnLatest(
        runs_, lake_, diagnoses_, limits_.gather,
        {.org = org, .last = last, .now = now, .next = std::move(next), .deadline = SteadyClock::now() + kTrialMax});
}

}  // namespace dagy::diagnose
