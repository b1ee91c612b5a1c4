#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "diagnose/judge.h"
#include "diagnose/judge/roots.h"

namespace dagy::diagnose {
namespace {

/// How often a best candidate of at least that score was right (code and root task), seen over recorded failures; the
/// steps are kept below what was measured, because the measured failures are those that the rules were written for.
struct Step {
    double score, share;
};
constexpr std::array kShares{Step{0.93, 0.955}, Step{0.85, 0.945}, Step{0.7, 0.92},
                             Step{0.6, 0.84},   Step{0.45, 0.78},  Step{0.0, 0.62}};
constexpr double kShareOfNothing = 0.82;

class Sum {
  public:
    void Add(double weight, std::string_view why) {
        total_ += weight;
        signals_.push_back({weight, std::string(why)});
        words_ +=
            fmt::format("{}{} {:.2f} {}", words_.empty() ? "" : "; ", weight < 0 ? "−" : "+", std::abs(weight), why);
    }
    double total() const { return std::clamp(total_, 0.05, 0.98); }
    std::string& words() { return words_; }
    std::vector<ConfidenceSignal>& signals() { return signals_; }

  private:
    double total_ = 0;
    std::string words_;
    std::vector<ConfidenceSignal> signals_;
};

}  // namespace

double Confidence(const CaseFile&, const Findings& findings, std::string* justification,
                  std::vector<ConfidenceSignal>* signals) {
    const Candidate& cause = findings.cause;
    const Support support = SupportOf(findings);
    Sum sum;
    if (cause.code == "INSUFFICIENT_EVIDENCE") {
        sum.Add(kShareOfNothing,
                "all logs, errors, states and audit rows of the run were looked at and none names a cause");
        if (!findings.alternatives.empty())
            sum.Add(-0.1, fmt::format("weak signs of {} were left aside", findings.alternatives.front().code));
    } else {
        const auto step = std::ranges::find_if(kShares, [&](const Step& s) { return cause.score >= s.score; });
        sum.Add(step->share, fmt::format("rule {} ({:.2f}): {}", cause.rule, cause.score, cause.why));
        if (support.same_in_attempts) sum.Add(0.02, "all its attempts ended the same way");
        if (support.is_repeated)
            sum.Add(0.01, fmt::format("{} failures with this signature", findings.history.match_count));
        if (support.has_change) sum.Add(0.02, "a change of what it names just before the onset");
        if (support.is_new) sum.Add(0.01, "good runs before it do not have it");
        if (support.attempts_differ) sum.Add(-0.03, "its attempts failed in different ways");
        if (support.margin < 0.05)
            sum.Add(-0.05, fmt::format("{} fits almost as well", findings.alternatives.front().code));
        if (support.cut_log) sum.Add(-0.03, "the log stops without an end");
        if (!support.is_seen) sum.Add(-0.08, "no line of a log shows it");
    }
    if (justification != nullptr) *justification = std::move(sum.words());
    if (signals != nullptr) *signals = std::move(sum.signals());
    return sum.total();
}

std::string EvidenceStatus(const CaseFile&, const Findings& findings) {
    if (findings.cause.code == "INSUFFICIENT_EVIDENCE") return "insufficient_evidence";
    const Support support = SupportOf(findings);
    // History backs a line that is new since good runs, or the same in every try; one line of one try alone does not
    // confirm itself.
    const bool backed = support.has_change || support.has_code ||
                        (support.is_new && (support.same_in_attempts || support.is_repeated)) ||
                        findings.cause.proof.kind == Proof::Kind::kAudit;
    // A class that was raised is itself the fact; words, exit codes and classes that a message only quotes have to be
    // sure ones.
    const Candidate& cause = findings.cause;
    const bool is_fact =
        (cause.rule.starts_with("class.") && cause.why.find("inside the message") == std::string::npos) ||
        cause.rule.starts_with("lifecycle.") || cause.rule.starts_with("end.");
    const double score_min = is_fact ? 0.7 : 0.85;
    return support.is_seen && backed && cause.score >= score_min ? "confirmed" : "hypothesis";
}

}  // namespace dagy::diagnose
