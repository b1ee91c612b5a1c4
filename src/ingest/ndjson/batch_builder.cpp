#include "ingest/ndjson/batch_builder.h"

namespace dagy::ingest::ndjson {

model::RecordGroup& BatchBuilder::GroupOf(std::string_view dag_id, std::string_view run_id, std::string_view phase,
                                          int attempt, model::RecordKind kind) {
    if (last_ < batch_.records.size()) {
        model::RecordGroup& last = batch_.records[last_];
        if (last.kind == kind && last.attempt == attempt && last.phase == phase && last.run.run_id == run_id &&
            last.run.dag_id == dag_id)
            return last;
    }
    // Lengths in front make the key of two different names different whatever they hold.
    key_.clear();
    for (const std::string_view part : {dag_id, run_id, phase})
        key_.append(std::to_string(part.size())).append(":").append(part);
    key_.append(std::to_string(attempt)).append(1, static_cast<char>('a' + static_cast<int>(kind)));
    const auto [known, added] = groups_.emplace(key_, batch_.records.size());
    if (added) {
        model::RecordGroup group;
        group.run = {.dag_id = std::string(dag_id), .run_id = std::string(run_id)};
        group.phase = phase;
        group.attempt = attempt;
        group.kind = kind;
        batch_.records.push_back(std::move(group));
    }
    last_ = known->second;
    return batch_.records[last_];
}

}  // namespace dagy::ingest::ndjson
