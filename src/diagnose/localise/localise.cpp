#include "diagnose/localise.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "diagnose/localise/cross_dag.h"
#include "diagnose/localise/lifecycle.h"
#include "diagnose/localise/longest_chain.h"
#include "diagnose/localise/same_cause.h"

namespace dagy::diagnose {

namespace {

using model::AttemptState;

/// A task of the run that failed by itself, as one node.
struct Failure {
    Graph::Node node = Graph::kNone;
    std::vector<TaskFinding*> instances;  ///< the first one that has candidates stands for all
    std::optional<Origin> origin;         ///< set: it failed because of another dag
    bool below_failure = false;           ///< a task before it failed too
    size_t chain = 0;                     ///< tasks on the longest way down from it
    const TaskFinding& Face() const { return *instances.front(); }
};

class Localiser {
  public:
    Localiser(const CaseFile& file, std::vector<TaskFinding>& tasks)
        : file_(file),
          tasks_(tasks),
          run_(file.run, file.dag.version, file.source_events),
          events_(file, file.run.run) {}

    Localisation Find() {
        AddLifecycle();
        CollectFailures();
        TraceAcrossDags();
        ChooseRoots();
        NameVictims();
        BuildCascade();
        DropStrangers();
        return std::move(where_);
    }

  private:
    bool IsOurs(const TaskFinding& task) const {
        return task.dag_id == file_.run.run.dag_id && task.run_id == file_.run.run.run_id;
    }
    static bool FailedByItself(const TaskFinding& task) {
        return task.state == AttemptState::kFailed || task.state == AttemptState::kTimedOut;
    }

    /// Whole-run causes go to run_level; a task's own joins its candidates too.
    void AddLifecycle() {
        for (LifecycleCause& cause : FindLifecycle(file_, run_, file_.dag.version, events_, tasks_)) {
            if (!cause.task_id.empty()) AddCandidate(file_.run.run, cause);
            where_.run_level.push_back(std::move(cause.candidate));
        }
        for (const RelatedRun& related : file_.related) {
            if (!MayExplain(related)) continue;
            const RunGraph other(related.file, related.dag.version, file_.source_events);
            const TaskEvents events(file_, related.file.run);
            for (LifecycleCause& cause : FindLifecycle(file_, other, related.dag.version, events, tasks_))
                if (!cause.task_id.empty()) AddCandidate(related.file.run, cause);
        }
    }

    void AddCandidate(const model::Run& run, const LifecycleCause& cause) {
        for (TaskFinding& task : tasks_) {
            if (task.dag_id != run.dag_id || task.run_id != run.run_id || task.task_id != cause.task_id) continue;
            std::erase_if(task.candidates, [&](const Candidate& c) {
                return c.code == cause.candidate.code && c.score <= cause.candidate.score;
            });
            const auto at = std::find_if(task.candidates.begin(), task.candidates.end(),
                                         [&](const Candidate& c) { return c.score < cause.candidate.score; });
            task.candidates.insert(at, cause.candidate);
            if (task.signature.empty()) task.signature = "lifecycle:" + cause.candidate.rule;
        }
    }

    void CollectFailures() {
        std::map<Graph::Node, size_t> places;
        for (TaskFinding& task : tasks_) {
            if (!IsOurs(task) || !FailedByItself(task)) continue;
            if (WasStopped(run_, events_, task)) {
                task.role = Role::kVictim;
                where_.notes.push_back(
                    fmt::format("{} is marked failed, but it was stopped from outside; nothing it did failed before.",
                                task.task_id));
                continue;
            }
            const Graph::Node node = run_.graph().Find(task.base_task);
            const auto [place, is_new] = places.emplace(node, failures_.size());
            if (is_new) failures_.push_back({.node = node, .instances = {}, .origin = {}});
            auto& instances = failures_[place->second].instances;
            instances.push_back(&task);
            if (instances.front()->candidates.empty() && !task.candidates.empty())
                std::swap(instances.front(), instances.back());
        }
        std::vector<Graph::Node> nodes;
        for (const Failure& failure : failures_) nodes.push_back(failure.node);
        const auto below = run_.graph().Descendants(nodes);
        const auto affected = AffectedNodes();
        for (Failure& failure : failures_) {
            failure.below_failure = below[static_cast<size_t>(failure.node)] != 0;
            failure.chain = LongestChain(run_, {failure.node}, affected).size();
        }
    }

    std::vector<char> AffectedNodes() const {
        std::vector<char> affected(static_cast<size_t>(run_.graph().size()), 0);
        for (Graph::Node node = 0; node < run_.graph().size(); ++node)
            affected[static_cast<size_t>(node)] = run_.At(node).Affected();
        return affected;
    }

    void TraceAcrossDags() {
        const CrossDag cross(file_, tasks_);
        for (Failure& failure : failures_) {
            for (const TaskFinding* task : failure.instances)
                if (!failure.origin) failure.origin = cross.Explain(*task);
        }
    }

    // A task that ran behind a failure (all_done, one_failed, a teardown) is its victim if it fails for want of what
    // the failed one should have left (a teardown also over what it did leave, or if it does not say why), part of the
    // same cause if it says the same, and a story of its own otherwise.
    bool FollowsFrom(const Failure& failure) const {
        return failure.below_failure && (LooksLikeMissingInput(failure.Face()) ||
                                         (run_.IsTeardown(failure.node) && LooksLikeLeftovers(failure.Face())));
    }

    const Failure* Primary() const {
        const Failure* best = nullptr;
        for (const Failure& failure : failures_) {
            if (FollowsFrom(failure) || (failure.below_failure && HasPlainRoot())) continue;
            if (!best || Stronger(failure, *best)) best = &failure;
        }
        return best;
    }

    bool HasPlainRoot() const {
        return std::any_of(failures_.begin(), failures_.end(),
                           [](const Failure& failure) { return !failure.below_failure; });
    }

    bool Stronger(const Failure& a, const Failure& b) const {
        const auto asked = [&](const Failure& f) { return !file_.task_id.empty() && IsAsked(f); };
        if (asked(a) != asked(b)) return asked(a);
        if (run_.IsTeardown(a.node) != run_.IsTeardown(b.node)) return run_.IsTeardown(b.node);
        if (a.chain != b.chain) return a.chain > b.chain;
        const auto at_a = run_.At(a.node).failed_at, at_b = run_.At(b.node).failed_at;
        if (at_a && at_b && *at_a != *at_b) return *at_a < *at_b;
        return run_.graph().Rank()[static_cast<size_t>(a.node)] < run_.graph().Rank()[static_cast<size_t>(b.node)];
    }

    /// The asked task is the failure itself or cannot run because of it.
    bool IsAsked(const Failure& failure) const {
        const std::string& name = run_.graph().Name(failure.node);
        const std::string base = file_.task_id.substr(0, file_.task_id.find('['));
        if (name == file_.task_id || name == base) return true;
        const Graph::Node asked = run_.graph().Find(base);
        return asked != Graph::kNone && run_.graph().Descendants({failure.node})[static_cast<size_t>(asked)];
    }

    static bool SameStory(const Failure& a, const Failure& b) {
        if (a.origin && b.origin) return a.origin->dag_id == b.origin->dag_id && a.origin->run_id == b.origin->run_id;
        if (a.origin || b.origin) return false;
        for (const TaskFinding* one : a.instances)
            for (const TaskFinding* other : b.instances) {
                if (SameCause(*one, *other)) return true;
                if (one != a.instances[std::min<size_t>(a.instances.size() - 1, 7)]) continue;
                break;  // instances of a mapped task by the thousand say the same; eight are enough
            }
        return false;
    }

    void SetRole(Failure& failure, Role role) {
        for (TaskFinding* task : failure.instances) task->role = role;
    }

    void ChooseRoots() {
        const Failure* primary = Primary();
        if (!primary) return;
        primary_ = primary;
        for (Failure& failure : failures_) {
            const std::string& name = run_.graph().Name(failure.node);
            if (&failure == primary || SameStory(failure, *primary)) {
                if (&failure != primary && FollowsFrom(failure) && run_.IsTeardown(failure.node)) {
                    SetRole(failure, Role::kVictim);
                } else {
                    AddRoot(failure, name);
                }
            } else if (FollowsFrom(failure)) {
                SetRole(failure, Role::kVictim);
            } else {
                SetRole(failure, Role::kIndependent);
                where_.independent.push_back(name);
                where_.notes.push_back(fmt::format("{} failed for another reason.", name));
            }
        }
        std::stable_sort(where_.roots.begin(), where_.roots.end(),
                         [&](const auto& a, const auto&) { return a == run_.graph().Name(primary->node); });
    }

    void AddRoot(Failure& failure, const std::string& name) {
        if (!failure.origin) {
            SetRole(failure, Role::kRootCause);
            where_.roots.push_back(name);
            root_nodes_.push_back(failure.node);
            return;
        }
        SetRole(failure, Role::kVictim);
        carried_.push_back(&failure);
        const Origin& origin = *failure.origin;
        if (where_.upstream) return;
        where_.upstream = origin.link;
        where_.upstream_dag = origin.dag_id;
        where_.upstream_run = origin.run_id;
        where_.upstream_roots = origin.roots;
        where_.notes.push_back(
            fmt::format("{} failed only because run {} of {} had failed.", name, origin.run_id, origin.dag_id));
    }

    void NameVictims() {
        if (where_.roots.empty() && !where_.upstream) NameSilentUpstream();
        if (primary_ && !where_.upstream) NameSilentUpstream();
        std::set<std::string> victims;
        for (TaskFinding& task : tasks_) {
            if (!IsOurs(task)) continue;
            if (task.role == Role::kRootCause && FailedByItself(task) && primary_ == nullptr) task.role = Role::kVictim;
            if (task.role == Role::kVictim && victims.insert(task.base_task).second)
                where_.victims.push_back(task.base_task);
        }
        Blame();
        // A run whose failures were all healed by a retry still has a first one to explain.
        if (failures_.empty() && where_.victims.empty() && where_.run_level.empty())
            for (const TaskFinding& task : tasks_)
                if (task.role == Role::kRecovered && IsOurs(task)) {
                    where_.roots.push_back(task.base_task);
                    where_.notes.push_back(fmt::format("{} failed first and succeeded on a retry.", task.task_id));
                    break;
                }
    }

    /// The other dag is known by name, its run was never recorded.
    void NameSilentUpstream() {
        if (!primary_ || !OnlyPointsElsewhere(primary_->Face())) return;
        const auto [dag, run] = WaitedFor(file_, primary_->Face());
        if (dag.empty()) return;
        where_.upstream_dag = dag;
        where_.upstream_run = run;
        where_.notes.push_back(
            fmt::format("{} waited for {}, of which no failed run is recorded here.", primary_->Face().task_id, dag));
    }

    void Blame() {
        std::vector<std::pair<std::string, std::vector<char>>> reach;
        for (const Failure& failure : failures_) {
            const bool begins =
                failure.Face().role == Role::kRootCause || failure.Face().role == Role::kIndependent || failure.origin;
            if (begins && reach.size() < 16)
                reach.emplace_back(RootName(failure), run_.graph().Descendants({failure.node}));
        }
        for (TaskFinding& task : tasks_) {
            if (task.role != Role::kVictim || !IsOurs(task)) continue;
            const auto node = static_cast<size_t>(run_.graph().Find(task.base_task));
            for (const auto& [name, below] : reach)
                if (below[node]) task.blamed_on.push_back(name);
            if (task.blamed_on.empty() && where_.upstream)
                for (const std::string& root : where_.upstream_roots)
                    task.blamed_on.push_back(where_.upstream_dag + "." + root);
        }
    }

    std::string RootName(const Failure& failure) const {
        if (!failure.origin || failure.origin->roots.empty()) return run_.graph().Name(failure.node);
        return failure.origin->dag_id + "." + failure.origin->roots.front();
    }

    void BuildCascade() {
        const auto allowed = VictimNodes();
        std::vector<Graph::Node> starts = root_nodes_;
        const Origin* origin = nullptr;
        if (!carried_.empty()) {
            for (const Failure* failure : carried_) starts.push_back(failure->node);
        } else if (starts.empty()) {
            for (Graph::Node node = 0; node < run_.graph().size(); ++node)
                if (allowed[static_cast<size_t>(node)]) starts.push_back(node);
        }
        const auto chain = LongestChain(run_, starts, allowed);
        for (const Failure* failure : carried_)
            if (!chain.empty() && failure->node == chain.front()) origin = &*failure->origin;
        if (origin) where_.cascade = origin->hops;
        for (const Graph::Node node : chain)
            where_.cascade.push_back(HopOf(run_, node,
                                           !where_.cascade.empty() && node == chain.front() ? origin->via
                                           : node == chain.front()                          ? ""
                                                                                            : "dependency"));
    }

    /// Where the failure went: victims and the roots themselves, but no failure with a story of its own.
    std::vector<char> VictimNodes() const {
        std::vector<char> allowed(static_cast<size_t>(run_.graph().size()), 0);
        for (const TaskFinding& task : tasks_)
            if (IsOurs(task) && (task.role == Role::kVictim || task.role == Role::kRootCause))
                allowed[static_cast<size_t>(run_.graph().Find(task.base_task))] = 1;
        return allowed;
    }

    /// Tasks of related runs that explain nothing here were only looked at.
    void DropStrangers() {
        std::set<std::string> roots(where_.upstream_roots.begin(), where_.upstream_roots.end());
        for (TaskFinding& task : tasks_)
            if (!IsOurs(task)) task.role = Role::kRootCause;
        std::erase_if(tasks_, [&](const TaskFinding& task) {
            return !IsOurs(task) && (task.dag_id != where_.upstream_dag || task.run_id != where_.upstream_run ||
                                     !roots.contains(task.base_task));
        });
    }

    const CaseFile& file_;
    std::vector<TaskFinding>& tasks_;
    RunGraph run_;
    TaskEvents events_;
    Localisation where_;
    std::vector<Failure> failures_;
    const Failure* primary_ = nullptr;
    std::vector<Graph::Node> root_nodes_;
    std::vector<const Failure*> carried_;
};

}  // namespace

Localisation Localise(const CaseFile& file, std::vector<TaskFinding>& tasks) {
    return Localiser(file, tasks).Find();
}

}  // namespace dagy::diagnose
