/// Diagnosis runs, their event streams and results.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "model/run.h"

namespace dagy::store {

/// What was asked. Two equal requests while one is running are one.
struct DiagnosisRequest {
    model::Scope scope;
    std::string dag_id;
    std::string run_id;
    std::string task_id;           ///< empty: the whole run
    std::vector<int> try_numbers;  ///< empty: all; sorted
    bool explain = false;          ///< the result lists the rules that fired
    bool wording = false;          ///< a language model, if there is one, says it again in its words
    bool operator==(const DiagnosisRequest&) const = default;
};

struct DiagnosisRun {
    std::string id;  ///< `diag_…`
    DiagnosisRequest request;
    bool skip_cache = false;
    model::DiagnosisState state = model::DiagnosisState::kPending;
    Time created_at{};
    Time updated_at{};
    std::string evidence_hash;  ///< empty until gathered
    std::string error_code, error_message;
};

/// One event of the stream; `data` is JSON text. `id` counts from 1.
struct DiagnosisEvent {
    int64_t id = 0;
    std::string event;  ///< text_delta | rca_diagnosis | end | error
    std::string data;
    Time at{};
};

/// What the newest completed diagnosis of a run says, in short.
struct DiagnosedRun {
    std::string run_id;
    std::string diagnosis_id;
    std::string code;       ///< of the root cause; empty: it names none
    std::string root_task;  ///< `<dag>.<task>`; empty: it names none
};

/// Thread-safe.
class DiagnosisStore {
  public:
    virtual ~DiagnosisStore() = default;

    /// Makes a pending run, or joins one that is pending or running for an equal request (unless `force`). `created`
    /// tells which. Appends `diagnosis.requested` to the event log.
    virtual DiagnosisRun CreateOrJoin(const DiagnosisRequest& request, bool skip_cache, bool force, Time now,
                                      bool* created) = 0;

    virtual std::optional<DiagnosisRun> Find(const model::Scope& scope, const std::string& id) = 0;
    /// Pending and running ones, oldest first: what to take up after a restart.
    virtual std::vector<DiagnosisRun> Unfinished() = 0;

    /// Moves the state (table of model/states.h; kConflict where it lacks the move) and, in the same transaction,
    /// appends `events`, keeps `result` (the diagnosis object's JSON) and the hash. Ids are given by the store, without
    /// gaps.
    virtual void Advance(const std::string& id, model::DiagnosisState state, const std::vector<DiagnosisEvent>& events,
                         const std::optional<std::string>& result, const std::string& evidence_hash, Time now,
                         const std::string& error_code = {}, const std::string& error_message = {}) = 0;
    /// Starts a stream again from nothing (a restart in the middle): old events go, clients that hold their ids get
    /// `reset`. Ids go on after the last one given, so that an old id never means a new event.
    virtual void Restart(const std::string& id, Time now) = 0;

    /// Events with id > `after`, in order. `known` is false where `after` is neither 0 nor the id of an event that
    /// exists.
    virtual std::vector<DiagnosisEvent> Events(const std::string& id, int64_t after, size_t limit, bool* known) = 0;
    virtual std::optional<std::string> Result(const std::string& id) = 0;

    /// The newest completed run of an equal request with this evidence hash.
    virtual std::optional<DiagnosisRun> Cached(const DiagnosisRequest& request, const std::string& evidence_hash) = 0;
    /// What an organization diagnosed last: completed runs, newest first, one for each request.
    virtual std::vector<DiagnosisRun> LatestCompleted(const std::string& org, size_t limit) = 0;
    /// The newest completed diagnosis of a run, whatever its request's task; for lists.
    virtual std::optional<std::string> LatestResult(const model::Scope& scope, const std::string& dag_id,
                                                    const std::string& run_id) = 0;
    /// Those of `run_ids` that have a completed diagnosis, in no order; for histories.
    virtual std::vector<DiagnosedRun> Diagnosed(const model::Scope& scope, const std::string& dag_id,
                                                const std::vector<std::string>& run_ids) = 0;

    /// Blocks until the run has an event after `after` or has ended, until `deadline` or Stop.
    virtual bool WaitEvents(const std::string& id, int64_t after, std::chrono::steady_clock::time_point deadline) = 0;
    /// For one thread that follows many streams: blocks until any run's events or state have moved since the call that
    /// returned `seen` (start with 0), until `deadline` or Stop; returns the number to pass next time. This process's
    /// commits wake it at once, other processes' within 250 ms.
    virtual uint64_t WaitAnyEvents(uint64_t seen, std::chrono::steady_clock::time_point deadline) = 0;
    virtual void Stop() = 0;
};

}  // namespace dagy::store
