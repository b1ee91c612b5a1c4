#include "diagnose/diagnose.h"

#include <fmt/format.h>

#include <algorithm>

#include "diagnose/checks.h"
#include "diagnose/compose.h"
#include "diagnose/compose/wording.h"
#include "diagnose/guidance.h"
#include "diagnose/history.h"
#include "diagnose/investigate.h"
#include "diagnose/judge.h"
#include "diagnose/localise.h"
#include "diagnose/narrative.h"

namespace dagy::diagnose {
namespace {

constexpr size_t kTasksTold = 5;

class Teller {
  public:
    explicit Teller(const Options& options) : options_(options) {}
    void operator()(const std::string& text) const {
        if (options_.tell && !text.empty()) options_.tell(text);
    }

  private:
    const Options& options_;
};

void ReadTasks(Investigator& investigator, std::vector<TaskFinding>& tasks, RefBook& refs, const Teller& tell) {
    size_t told = 0, read = 0;
    for (auto& task : tasks) {
        if (!Investigator::HasOwnFailure(task) || !investigator.Read(task)) continue;
        ++read;
        const bool worth_telling = task.role != Role::kRecovered || told == 0;
        if (!worth_telling || told >= kTasksTold) continue;
        ++told;
        tell(TellReading(task, task.candidates.empty() ? std::string() : refs.Mark(task.candidates.front().proof)));
    }
    if (read > told)
        tell(fmt::format("Read {} more in the same way.", SayCount(static_cast<int64_t>(read - told), "log")));
    if (investigator.tasks_left_out() > 0) {
        tell(fmt::format("The logs of {} were left out: so many tasks failed that the first {} have to do.",
                         SayCount(static_cast<int64_t>(investigator.tasks_left_out()), "more task"),
                         investigator.tasks_read()));
    }
}

/// How deep it was possible to look.
std::string Coverage(const CaseFile& file, const Findings& findings, const Investigator& investigator) {
    const TaskFinding* root = PrimaryRoot(file, findings);
    const bool skipped_rows = std::any_of(findings.tasks.begin(), findings.tasks.end(), [](const TaskFinding& task) {
        return std::any_of(task.readings.begin(), task.readings.end(),
                           [](const Reading& reading) { return !reading.complete; });
    });
    if (skipped_rows || investigator.tasks_left_out() > 0) return "partial";
    const bool has_log = root == nullptr || std::any_of(root->readings.begin(), root->readings.end(),
                                                        [](const Reading& r) { return r.has_log; });
    if (!has_log) return "shallow";
    const bool has_history = file.dag.before.size() + file.dag.after.size() >= 3;
    const bool has_code = !file.dag.version.source.empty();
    return has_history && has_code ? "deep" : has_history || has_code ? "moderate" : "shallow";
}

}  // namespace

json::object Diagnose(const CaseFile& file, const Options& options) {
    const Teller tell(options);
    tell(TellRun(file));
    const Knowledge& knowledge = options.guidance ? options.guidance->knowledge() : Knowledge::Builtin();
    Investigator investigator(file, knowledge, options.stop);
    if (options.explain) investigator.Explain();
    RefBook refs;
    Findings findings;

    findings.tasks = FindTasks(file);
    tell(TellTasks(file, findings.tasks));
    ReadTasks(investigator, findings.tasks, refs, tell);

    findings.where = Localise(file, findings.tasks);
    for (const auto& sentence : TellLocalisation(findings)) tell(sentence);
    Judge(file, findings);
    findings.history = FindHistory(
        file, findings,
        [&](const RunFile& run, const std::string& task_id) { return investigator.ReadOther(run, task_id); },
        [&](const std::string& code) {
            const RootCause* cause = knowledge.FindRootCause(code);
            return cause ? cause->transience : std::string();
        });
    findings.checks = CheckDag(file, findings);
    findings.coverage = Coverage(file, findings, investigator);

    const Story story = TellStory(file, findings, investigator.attempt_causes(), refs, options.guidance.get());
    tell(TellWrappers(story));
    tell(TellHistory(story));
    tell(TellChanges(story));
    tell(TellChecks(story));
    tell(TellVerdict(story, EvidenceStatus(file, findings), Confidence(file, findings, nullptr)));
    return Compose(story, options);
}

}  // namespace dagy::diagnose
