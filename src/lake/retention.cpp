#include "lake/retention.h"

#include <algorithm>
#include <chrono>

#include "base/error.h"

namespace dagy::lake {
namespace {

constexpr size_t kRunsAtOnce = 64;

Time BeganAt(const model::Run& run) {
    return run.started_at ? *run.started_at : run.queued_at.value_or(Time{});
}

/// What a run's age counts from.
struct Age {
    std::string_view from;  ///< a member of the run
    std::optional<Time> at;
};

Age AgeOf(const model::Run& run) {
    for (const Age& age : {Age{"ended_at", run.ended_at}, Age{"started_at", run.started_at},
                           Age{"queued_at", run.queued_at}, Age{"logical_date", run.logical_date}})
        if (age.at) return age;
    return {"recorded_at", run.recorded_at};
}

json::object Told(std::string_view kind, const model::Run& run) {
    const Age age = AgeOf(run);
    return {{"kind", kind},
            {"dag_id", run.dag_id},
            {"run_id", run.run_id},
            {"deployment_id", run.scope.deployment},
            {"date", run.PartitionDate()},
            {"ended_at", OrNull(run.ended_at)},
            {"age_from", age.from},
            {"age_from_time", OrNull(age.at)}};
}

store::AuditEntry AuditOf(store::AuditEntry audit, const model::Run& run, Time now, int64_t days) {
    audit.org = run.scope.org;
    audit.at = now;
    audit.resource_id = run.dag_id + "/" + run.run_id;
    audit.after = {{"reason", "retention"}, {"retention_days", days}};
    return audit;
}

}  // namespace

/// One look at the old runs of all dags.
class Retention::Round {
  public:
    Round(Retention& owner, const RetainOptions& options, Time now, const Tell& tell)
        : owner_(owner), options_(options), now_(now), tell_(tell) {}

    RetainReport Run() {
        for (const store::KeptDag& dag : owner_.upkeep_.KeptDags(options_.scope.org)) {
            if (options_.scope.dag_id.value_or(dag.dag_id) != dag.dag_id) continue;
            if (options_.scope.deployment.value_or(dag.scope.deployment) != dag.scope.deployment) continue;
            const int64_t days = dag.days.value_or(options_.default_days);
            if (days > 0 && !RunsOf(dag, days)) break;
        }
        return report_;
    }

  private:
    bool RunsOf(const store::KeptDag& dag, int64_t days) {
        const Time before = now_ - std::chrono::days(days);
        store::RunPlace place;
        while (true) {
            const auto runs = owner_.upkeep_.RunsBefore(dag.scope, dag.dag_id, before, place, kRunsAtOnce);
            for (const model::Run& run : runs) {
                place = {BeganAt(run), run.key};
                if (!One(run, days)) return false;
            }
            if (runs.size() < kRunsAtOnce) return true;
        }
    }

    bool One(const model::Run& run, int64_t days) {
        std::string why = owner_.in_use_.Has(run.key) ? "it is being read" : owner_.upkeep_.InUse(run.key);
        if (!why.empty()) return Keep(run, std::move(why));
        if (options_.dry_run) {
            ++report_.deleted;
            return tell_(Told("would_delete", run));
        }
        try {
            const store::DeletedRun deleted =
                owner_.remover_.Delete(run, "retention", AuditOf(options_.audit, run, now_, days));
            ++report_.deleted;
            report_.rows += deleted.rows;
            report_.objects += static_cast<int64_t>(deleted.objects.size());
            return tell_(Told("deleted", run));
        } catch (const Error& failed) {
            if (failed.code() == ErrorCode::kConflict) return Keep(run, failed.detail());
            if (failed.code() == ErrorCode::kNotFound) return true;  // somebody else was first
            throw;
        }
    }

    bool Keep(const model::Run& run, std::string why) {
        ++report_.in_use;
        json::object told = Told("in_use", run);
        told["reason"] = std::move(why);
        return tell_(told);
    }

    Retention& owner_;
    const RetainOptions& options_;
    const Time now_;
    const Tell& tell_;
    RetainReport report_;
};

RetainReport Retention::Apply(const RetainOptions& options, Time now, const Tell& tell) {
    return Round(*this, options, now, tell).Run();
}

}  // namespace dagy::lake
