#include "model/run.h"

namespace dagy::model {
namespace {

/// A later snapshot is the truth of its time; an earlier or equal one has nothing to say.
enum class Order { kLater, kEarlier, kUnknown };

Order SnapshotOrder(const std::optional<Time>& stored, const std::optional<Time>& incoming) {
    if (!incoming) return Order::kUnknown;
    if (!stored || *incoming > *stored) return Order::kLater;
    return Order::kEarlier;
}

template <typename T>
bool Fill(T& stored, const T& incoming, bool overwrite) {
    if (incoming == T{} || stored == incoming) return false;
    if (!overwrite && stored != T{}) return false;
    stored = incoming;
    return true;
}

bool FillObject(json::object& stored, const json::object& incoming, bool overwrite) {
    bool changed = false;
    for (const auto& [key, value] : incoming) {
        auto [place, added] = stored.emplace(key, value);
        if (!added && overwrite && place->value() != value) {
            place->value() = value;
            changed = true;
        }
        changed = changed || added;
    }
    return changed;
}

/// The state with what belongs to it. An end that arrives again with more members fills, never moves.
template <typename Thing>
bool MoveState(Thing& stored, const Thing& incoming, bool snapshot_is_later) {
    const bool moves = stored.state != incoming.state && (snapshot_is_later || CanMove(stored.state, incoming.state));
    if (!moves) return false;
    stored.state = incoming.state;
    stored.original_state = incoming.original_state;
    return true;
}

}  // namespace

std::string Run::PartitionDate() const {
    for (const auto& time : {logical_date, started_at, queued_at})
        if (time) return FormatDate(*time);
    return "1970-01-01";
}

bool Merge(Run& stored, const Run& incoming) {
    const Order order = SnapshotOrder(stored.observed_at, incoming.observed_at);
    if (order == Order::kEarlier) return false;
    const bool later = order == Order::kLater;
    bool changed = MoveState(stored, incoming, later);
    const bool overwrite = later || changed;
    changed |= Fill(stored.dag_version, incoming.dag_version, overwrite);
    changed |= Fill(stored.original_state, incoming.original_state, later);
    changed |= Fill(stored.run_type, incoming.run_type, overwrite);
    changed |= Fill(stored.logical_date, incoming.logical_date, false);  // the partition never moves
    changed |= Fill(stored.queued_at, incoming.queued_at, overwrite);
    changed |= Fill(stored.started_at, incoming.started_at, overwrite);
    changed |= Fill(stored.ended_at, incoming.ended_at, overwrite);
    if (later && !Ended(incoming.state) && stored.ended_at) {  // cleared and running again
        stored.ended_at.reset();
        changed = true;
    }
    changed |= FillObject(stored.parameters, incoming.parameters, overwrite);
    changed |= FillObject(stored.extras, incoming.extras, overwrite);
    if (incoming.triggered_by && !stored.triggered_by) {
        stored.triggered_by = incoming.triggered_by;
        changed = true;
    }
    if (later) stored.observed_at = incoming.observed_at;
    return changed;
}

bool Merge(TaskAttempt& stored, const TaskAttempt& incoming) {
    const Order order = SnapshotOrder(stored.observed_at, incoming.observed_at);
    if (order == Order::kEarlier) return false;
    const bool later = order == Order::kLater;
    bool changed = MoveState(stored, incoming, later);
    const bool overwrite = later || changed;
    changed |= Fill(stored.original_state, incoming.original_state, later);
    changed |= Fill(stored.scheduled_at, incoming.scheduled_at, overwrite);
    changed |= Fill(stored.queued_at, incoming.queued_at, overwrite);
    changed |= Fill(stored.started_at, incoming.started_at, overwrite);
    changed |= Fill(stored.ended_at, incoming.ended_at, overwrite);
    if (incoming.max_attempts > stored.max_attempts) {
        stored.max_attempts = incoming.max_attempts;
        changed = true;
    }
    changed |= Fill(stored.exit_code, incoming.exit_code, overwrite);
    changed |= Fill(stored.signal, incoming.signal, overwrite);
    changed |= Fill(stored.reason, incoming.reason, overwrite);
    changed |= Fill(stored.operator_name, incoming.operator_name, overwrite);
    changed |= Fill(stored.host, incoming.host, overwrite);
    changed |= Fill(stored.pool, incoming.pool, overwrite);
    changed |= Fill(stored.queue, incoming.queue, overwrite);
    changed |= Fill(stored.mapped_of, incoming.mapped_of, false);
    changed |= Fill(stored.phase, incoming.phase, false);
    changed |= FillObject(stored.extras, incoming.extras, overwrite);
    if (later) stored.observed_at = incoming.observed_at;
    return changed;
}

}  // namespace dagy::model
