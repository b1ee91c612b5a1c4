#include "diagnose/judge.h"

#include <fmt/format.h>

#include <algorithm>

#include "diagnose/judge/roots.h"

namespace dagy::diagnose {
namespace {

constexpr std::string_view kNothing = "INSUFFICIENT_EVIDENCE";
constexpr double kScoreMin = 0.3;
constexpr size_t kAlternativesMax = 4;

/// Codes that only say that something failed.
bool IsWrapper(std::string_view code) {
    return code == "USER_CODE_SHELL_EXIT" || code == "USER_CODE_PYTHON_UNCLASSIFIED" || code == "DBT_MODEL_ERROR" ||
           code == "SPARK_STAGE_FAILURE" || code == "USER_CODE_JVM_EXCEPTION" || code == "USER_CODE_EXPLICIT_FAILURE" ||
           code.starts_with("DEPENDENCY_UPSTREAM_");
}

void AddAll(std::vector<Candidate>& all, const std::vector<Candidate>& some) {
    for (const Candidate& candidate : some) {
        const auto known = std::ranges::find(all, candidate.code, &Candidate::code);
        if (known == all.end())
            all.push_back(candidate);
        else if (known->score < candidate.score)
            *known = candidate;
    }
}

std::string WhyNot(const Candidate& cause, const Candidate& other) {
    if (cause.code == kNothing)
        return fmt::format("too weak to be called the cause ({:.2f}): {}", other.score, other.why);
    if (IsWrapper(other.code))
        return fmt::format("it only says that something failed ({}); {} says why", other.why, cause.code);
    if (other.rule.starts_with("end.")) return fmt::format("that is how the process ended ({}), not why", other.why);
    if (other.proof.attempt != cause.proof.attempt && other.proof.attempt > 0 && cause.proof.attempt > 0 &&
        other.proof.task_id == cause.proof.task_id)
        return fmt::format("seen in attempt {} only ({}); the judged attempt {} failed otherwise", other.proof.attempt,
                           other.why, cause.proof.attempt);
    if (other.proof.row == cause.proof.row && other.proof.task_id == cause.proof.task_id)
        return fmt::format("the same line fits {} better ({:.2f} against {:.2f})", cause.code, cause.score,
                           other.score);
    return fmt::format("'{}' stands in the log, but fits less well ({:.2f} against {:.2f})", other.why, other.score,
                       cause.score);
}

}  // namespace

void Judge(const CaseFile&, Findings& findings) {
    std::vector<Candidate> all;
    const auto roots = PrimaryRoots(findings);
    for (const auto* task : roots) AddAll(all, task->candidates);
    AddAll(all, findings.where.run_level);
    // Of the tasks that wait for another dag, what they say is the alternative, not the cause.
    std::vector<Candidate> others;
    for (const auto& task : findings.tasks)
        if (task.role == Role::kRootCause && std::ranges::find(roots, &task) == roots.end())
            AddAll(others, task.candidates);

    std::ranges::stable_sort(all, [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
    if (!all.empty() && all.front().score >= kScoreMin) {
        findings.cause = all.front();
        all.erase(all.begin());
    } else {
        findings.cause = {.code = std::string(kNothing),
                          .score = 0.3,
                          .rule = "nothing",
                          .why = "nothing that is recorded points to a cause",
                          .log_classification = "unclassified"};
    }
    AddAll(all, others);
    std::erase_if(all, [&](const Candidate& candidate) { return candidate.code == findings.cause.code; });
    if (all.size() > kAlternativesMax) all.resize(kAlternativesMax);
    for (Candidate& candidate : all) candidate.why = WhyNot(findings.cause, candidate);
    findings.alternatives = std::move(all);
}

}  // namespace dagy::diagnose
