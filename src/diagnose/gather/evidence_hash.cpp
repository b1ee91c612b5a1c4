#include <string>

#include "base/hash.h"
#include "diagnose/gather.h"

namespace dagy::diagnose {
namespace {

/// Feeds values with their lengths, so that no two different sequences hash alike.
class Feed {
  public:
    void Text(std::string_view text) {
        hash_.Add(std::to_string(text.size()));
        hash_.Add(":");
        hash_.Add(text);
    }
    void Number(int64_t number) { Text(std::to_string(number)); }
    void At(const std::optional<Time>& time) { Number(time ? ToMicros(*time) : -1); }
    void Json(const json::object& object) { Text(json::serialize(object)); }
    std::string Hex() { return hash_.Hex(); }

  private:
    Sha256 hash_;
};

void AddRun(Feed& feed, const RunFile& file) {
    feed.Text(file.run.dag_id);
    feed.Text(file.run.run_id);
    feed.Text(file.run.dag_version);
    feed.Text(model::Name(file.run.state));
    feed.Text(file.run.original_state);
    feed.At(file.run.started_at);
    feed.At(file.run.ended_at);
    for (const auto& attempt : file.attempts) {
        feed.Text(attempt.task_id);
        feed.Number(attempt.attempt);
        feed.Text(model::Name(attempt.state));
        feed.Text(attempt.original_state);
        feed.At(attempt.started_at);
        feed.At(attempt.ended_at);
        feed.Number(attempt.exit_code.value_or(-1));
        feed.Number(attempt.signal.value_or(-1));
    }
}

void AddDag(Feed& feed, const DagFile& dag) {
    for (const auto& version : dag.versions) {
        feed.Text(version.version);
        feed.At(version.created_at);
        feed.Text(version.source);
        feed.Json(version.extras);
        feed.Number(static_cast<int64_t>(version.tasks.size()));
    }
    for (const auto& file : dag.before) AddRun(feed, file);
    for (const auto& file : dag.after) AddRun(feed, file);
}

}  // namespace

std::string EvidenceHash(const CaseFile& file) {
    Feed feed;
    feed.Text("case file 1");  // raised when a diagnosis of the same evidence should be made anew
    feed.Text(file.task_id);
    for (const int attempt : file.try_numbers) feed.Number(attempt);
    AddRun(feed, file.run);
    feed.Json(file.run.run.parameters);
    AddDag(feed, file.dag);
    for (const auto& related : file.related) {
        AddRun(feed, related.file);
        AddDag(feed, related.dag);
        feed.Text(related.link.via);
    }
    for (const auto& phase : file.phases) {
        feed.Text(phase.ref.phase);
        feed.Number(phase.ref.attempt);
        feed.Number(phase.log_count);
        feed.Number(phase.error_count);
        feed.Number(phase.data_count);
    }
    for (const auto& event : file.source_events) feed.Text(event.event_id);
    // When a fact was seen changes with every import; only what it says counts.
    for (const auto& [kind, facts] : file.fact_history) {
        for (const auto& fact : facts) {
            feed.Text(kind);
            feed.Text(fact.key);
            feed.Json(fact.body);
        }
    }
    for (const auto& [kind, facts] : file.facts) {
        if (kind == "job" || kind == "airflow") continue;  // heartbeats: new at every look
        for (const auto& fact : facts) {
            feed.Text(kind);
            feed.Text(fact.key);
            feed.Json(fact.body);
        }
    }
    for (const auto& run : file.fleet) {
        feed.Text(run.dag_id);
        feed.Text(run.run_id);
        feed.Text(model::Name(run.state));
    }
    feed.Text(file.deployment_criticality);
    return feed.Hex();
}

}  // namespace dagy::diagnose
