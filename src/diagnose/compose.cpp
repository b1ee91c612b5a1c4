#include "diagnose/compose.h"

#include <fmt/format.h>

#include <cmath>

#include "diagnose/compose/claims.h"
#include "diagnose/compose/gaps.h"
#include "diagnose/compose/parts.h"
#include "diagnose/compose/wording.h"
#include "diagnose/judge.h"

namespace dagy::diagnose {
namespace {

json::array Strings(const std::vector<std::string>& texts) {
    json::array out;
    for (const auto& text : texts) out.push_back(json::value(text));
    return out;
}

class Object {
  public:
    void Put(std::string_view key, const std::string& text) {
        if (!text.empty()) object_[key] = text;
    }
    void Put(std::string_view key, const std::optional<Time>& time) {
        if (time) object_[key] = FormatTime(*time);
    }
    void Put(std::string_view key, const std::optional<double>& number) {
        if (number) object_[key] = std::round(*number * 1000) / 1000;
    }
    template <class Value>
    void Always(std::string_view key, Value&& value) {
        object_[key] = std::forward<Value>(value);
    }
    /// An empty list that was looked for and not found is left to the gaps.
    void Filled(std::string_view key, json::array list) {
        if (!list.empty()) object_[key] = std::move(list);
    }
    json::object Take() { return std::move(object_); }
    const json::object& get() const { return object_; }

  private:
    json::object object_;
};

void PutCause(const Story& story, Object& out) {
    const auto& cause = story.findings.cause;
    std::string justification;
    const double confidence = Confidence(story.file, story.findings, &justification);
    out.Always("title", SayTitle(story));
    out.Always("summary", SaySummary(story));
    out.Always("root_cause", SayRootCause(story));
    if (story.root) out.Put("root_cause_task", fmt::format("{}.{}", story.root->dag_id, story.root->base_task));
    out.Always("root_cause_type", cause.code);
    out.Put("transience", story.findings.history.transience);
    out.Always("severity", story.urgency.severity);
    out.Always("priority", story.urgency.priority);
    out.Always("confidence", std::round(confidence * 1000) / 1000);
    out.Put("confidence_justification", justification);
    out.Always("evidence_status", EvidenceStatus(story.file, story.findings));
    out.Always("evidence", Strings(SayEvidence(story)));
    out.Always("symptoms", Strings(SaySymptoms(story)));
    out.Filled("contributing_factors", Strings(SayContributingFactors(story)));
    out.Put("log_snippet", SnippetOf(cause, story.refs));
    out.Put("exception_class", cause.exception_class.substr(cause.exception_class.rfind('.') + 1));
    out.Put("exception_message", cause.exception_message.substr(0, 4096));
    out.Put("log_classification", LogClassificationOf(cause));
    out.Always("log_signals", Strings(LogSignalsOf(story)));
}

void PutExtent(const Story& story, Object& out) {
    out.Always("dag_level_checks", ChecksOf(story));
    out.Always("tasks", TasksOf(story));
    auto chain = CascadeOf(story);
    out.Always("cascade_depth", chain.empty() ? 0 : static_cast<int64_t>(chain.size()) - 1);
    out.Filled("cascade_chain", std::move(chain));
    out.Always("is_cascade_amplifier", story.impact.is_amplifier);
    out.Put("amplifier_description", story.impact.amplifier);
    out.Always("blast_radius", BlastRadiusOf(story));
    out.Filled("cofailure_pairs", CoFailuresOf(story));
    out.Always("affected_dags", Strings(story.impact.affected_dags));
    out.Filled("child_dag_findings", ChildDagsOf(story));
}

void PutHistory(const Story& story, Object& out) {
    const auto& history = story.findings.history;
    out.Put("effective_availability", history.effective_availability);
    out.Put("reported_success_rate", history.reported_success_rate);
    out.Put("health_gap", history.health_gap);
    out.Put("failure_onset_date", history.onset);
    out.Put("last_success_date", history.last_success);
    out.Filled("timeline_events", TimelineOf(story));
    out.Always("change_signals", ChangesOf(story));
    out.Always("match_count", history.match_count);
    if (!history.duration_percentiles.empty()) out.Always("duration_percentiles", history.duration_percentiles);
    out.Put("trend_direction", history.trend_direction);
    out.Put("change_point_date", history.change_point);
    out.Put("seasonality_signal", history.seasonality);
    out.Put("fleet_health_score", history.fleet_health);
}

void PutAdvice(const Story& story, Object& out) {
    out.Put("suggested_fix", SayFix(story));
    out.Put("remediation", SayRemediation(story));
    json::array measures;
    for (const auto& one : story.advice.prevention) {
        measures.push_back(json::object{{"measure", one.measure}, {"why", one.why}, {"effort", one.effort}});
    }
    out.Filled("prevention_measures", std::move(measures));
    out.Put("vendor_remediation", story.vendor.remediation);
    out.Put("vendor_name", story.vendor.name);
    out.Put("vendor_destination", story.vendor.destination);
    out.Put("vendor_dashboard_url", story.vendor.dashboard_url);
    out.Filled("rendered_conn_ids", Strings(story.conn_ids));
}

std::vector<std::pair<std::string, std::string>> Reasons(const Story& story) {
    auto reasons = story.findings.history.gaps;
    if (story.vendor.is_known && story.vendor.dashboard_url.empty()) {
        reasons.emplace_back("vendor_dashboard_url",
                             fmt::format("{} is run by yourselves or has no public status page", story.vendor.name));
    } else if (!story.vendor.name.empty() && !story.vendor.is_known) {
        reasons.emplace_back("vendor_dashboard_url",
                             fmt::format("the host {} belongs to no vendor that is known", story.vendor.name));
        reasons.emplace_back("vendor_remediation",
                             fmt::format("the host {} belongs to no vendor that is known", story.vendor.name));
    }
    if (story.reading == nullptr || !story.reading->has_log) {
        if (story.root) reasons.emplace_back("log_snippet", fmt::format("{} left no log", story.RootName()));
    } else if (story.reading->cut_short) {
        reasons.emplace_back("log_snippet", fmt::format("the log of {} stops after {} without saying why",
                                                        story.RootName(), SayCount(story.reading->rows, "line")));
    }
    return reasons;
}

}  // namespace

json::object Compose(const Story& story, const Options& options) {
    Object out;
    PutCause(story, out);
    PutExtent(story, out);
    PutHistory(story, out);
    PutAdvice(story, out);
    out.Put("coverage_quality", story.findings.coverage);
    if (!options.from_dag_run_id.empty()) out.Put("from_dag_run_id", options.from_dag_run_id);
    // Durable and the same for the same evidence where nobody opened a session.
    out.Put("session_id",
            options.session_id.empty() ? "session_" + story.file.evidence_hash.substr(0, 32) : options.session_id);
    out.Always("alternatives", AlternativesOf(story));
    out.Always("similar_runs", SimilarRunsOf(story));
    if (options.explain) {
        out.Always("rules_fired", RulesFiredOf(story));
        out.Always("confidence_signals", ConfidenceSignalsOf(story));
    }
    out.Always("evidence_gaps", GapsOf(out.get(), Reasons(story)));
    out.Always("evidence_refs", story.refs.ToJson());
    out.Always("dag_id", story.file.run.run.dag_id);
    out.Always("run_id", story.file.run.run.run_id);
    return out.Take();
}

}  // namespace dagy::diagnose
