#include "lake/parquet_upkeep.h"

#include <spdlog/spdlog.h>

#include "base/error.h"
#include "lake/run_list.h"

namespace dagy::lake {
namespace {

constexpr size_t kChunksALook = 4096;
constexpr int kLooksMax = 16;  // a start goes through all chunks, and others wait for the caller

}  // namespace

ParquetUpkeep::ParquetUpkeep(LakeParts parts)
    : parts_(parts),
      sweeper_(parts_.objects, parts_.records, parts_.upkeep),
      compactor_(parts_.records, parts_.reader, parts_.writer, parts_.settler, parts_.options),
      inspector_(parts_.objects, parts_.records, parts_.runs, parts_.database, sweeper_, parts_.options),
      exporter_(parts_.objects, parts_.records, parts_.runs, parts_.files, parts_.settler),
      remover_(parts_.objects, parts_.records, parts_.upkeep, sweeper_, parts_.in_use, parts_.options),
      retention_(parts_.upkeep, remover_, parts_.in_use) {}

bool ParquetUpkeep::CompactSome(size_t merges) {
    const std::lock_guard lock(compacting_);
    size_t left = merges;
    for (int looks = 0; left > 0;) {
        if (waiting_.empty()) {
            if (++looks > kLooksMax) return true;
            store::ChunkGroups found = parts_.upkeep.NewChunks(seen_chunk_, kChunksALook);
            if (found.last_chunk == seen_chunk_) return false;
            seen_chunk_ = found.last_chunk;
            waiting_ = std::move(found.groups);
            continue;
        }
        if (Merges(waiting_.back(), left)) waiting_.pop_back();
    }
    return true;
}

// True when nothing of the group is left to do. One that cannot be read is left alone until it gets another chunk.
bool ParquetUpkeep::Merges(const store::ChunkGroup& group, size_t& left) {
    const std::optional<model::Run> run = parts_.runs.RunByKey(group.ref.run_key);
    if (!run) return true;
    try {
        compactor_.Compact(*run, group.ref, group.kind, Eagerness::kWhenItPays,
                           [&](const MergeCost&) { return --left > 0; });
        return left > 0;
    } catch (const Error& failed) {
        if (failed.code() != ErrorCode::kStorage) throw;
        spdlog::warn("compaction: {} {}", failed.detail(), failed.internal());
        --left;
        return true;
    }
}

/// Compaction of many runs, told of as it goes.
class ParquetUpkeep::CompactRound {
  public:
    CompactRound(ParquetUpkeep& owner, const Tell& tell) : owner_(owner), tell_(tell) {}

    bool One(const model::Run& run) {
        ++report_.runs;
        for (const store::ChunkGroup& group : owner_.parts_.upkeep.ChunkGroupsOfRun(run.key)) {
            if (group.chunks < 2) continue;
            if (!Group(run, group)) return false;
        }
        return report_.runs % 100 != 0 ||
               tell_({{"kind", "progress"}, {"runs", report_.runs}, {"merges", report_.merges}});
    }
    const CompactReport& report() const { return report_; }

  private:
    bool Group(const model::Run& run, const store::ChunkGroup& group) {
        bool going = true;
        try {
            owner_.compactor_.Compact(run, group.ref, group.kind, Eagerness::kAlways, [&](const MergeCost& cost) {
                ++report_.merges;
                report_.chunks_before += cost.chunks;
                ++report_.chunks_after;
                report_.rows += cost.rows;
                report_.bytes_before += cost.bytes_before;
                report_.bytes_after += cost.bytes_after;
                return going = tell_({{"kind", "merged"},
                                      {"dag_id", run.dag_id},
                                      {"run_id", run.run_id},
                                      {"phase", group.ref.phase},
                                      {"attempt", group.ref.attempt},
                                      {"records", FileStem(group.kind)},
                                      {"chunks", cost.chunks},
                                      {"rows", cost.rows}});
            });
        } catch (const Error& failed) {
            if (failed.code() != ErrorCode::kStorage) throw;
            going = tell_({{"kind", "failed"},
                           {"dag_id", run.dag_id},
                           {"run_id", run.run_id},
                           {"phase", group.ref.phase},
                           {"attempt", group.ref.attempt},
                           {"reason", failed.detail()}});
        }
        return going;
    }

    ParquetUpkeep& owner_;
    const Tell& tell_;
    CompactReport report_;
};

CompactReport ParquetUpkeep::Compact(const UpkeepScope& scope, const Tell& tell) {
    CompactRound round(*this, tell);
    ForEachRun(parts_.runs, scope, [&](const model::Run& run) { return round.One(run); });
    return round.report();
}

size_t ParquetUpkeep::ClearGarbage() {
    if (exports_ > 0) return 0;
    return sweeper_.ClearGarbage(SystemClock().Now() - std::chrono::seconds(parts_.options.garbage_age_s));
}

size_t ParquetUpkeep::ClearOrphans() {
    return sweeper_.ClearOrphans(SystemClock().Now() - std::chrono::seconds(parts_.options.orphan_age_s)) +
           ClearGarbage();
}

RetainReport ParquetUpkeep::Retain(const RetainOptions& options, const Tell& tell) {
    return retention_.Apply(options, parts_.options.now ? parts_.options.now() : SystemClock().Now(), tell);
}

store::DeletedRun ParquetUpkeep::Delete(const model::Run& run, std::string_view reason,
                                        const store::AuditEntry& audit) {
    return remover_.Delete(run, reason, audit);
}

ExportReport ParquetUpkeep::Export(const UpkeepScope& scope, const std::function<bool(std::string bytes)>& write) {
    struct Counted {
        explicit Counted(std::atomic<int>& taken) : count(taken) { ++count; }
        ~Counted() { --count; }
        std::atomic<int>& count;
    } const counted(exports_);
    return exporter_.Export(scope, write);
}

}  // namespace dagy::lake
