#include "lake/inspector.h"

#include <fmt/format.h>

#include <map>

#include "base/error.h"
#include "lake/object_keys.h"
#include "lake/parquet_file.h"
#include "lake/pieces.h"
#include "lake/run_list.h"
#include "lake/statement.h"

namespace dagy::lake {
namespace {

constexpr model::RecordKind kKinds[] = {model::RecordKind::kLog, model::RecordKind::kError, model::RecordKind::kData};

int64_t CountOf(const model::PhaseSummary& phase, model::RecordKind kind) {
    if (kind == model::RecordKind::kLog) return phase.log_count;
    return kind == model::RecordKind::kError ? phase.error_count : phase.data_count;
}

/// The first row that no piece holds, or that two hold; nothing where rows [0, count) are each there once.
std::optional<int64_t> FirstGap(const store::RecordView& view, int64_t count) {
    int64_t next = 0;
    for (const Piece& piece : PiecesOf(view)) {
        if (piece.first_row != next) return std::min(next, piece.first_row);
        next += piece.rows;
    }
    return next == count ? std::nullopt : std::optional(std::min(next, count));
}

std::string FaultOfRows(Database& database, const std::filesystem::path& file, const store::Chunk& chunk) {
    Connection connection = database.Lend();
    Statement select(connection,
                     "SELECT count(*), coalesce(min(_row), 0), coalesce(max(_row), 0) FROM read_parquet(?, "
                     "hive_partitioning = false)");
    select.Bind(1, LiteralGlob(file.native()));
    Rows rows = select.Run();
    if (!rows.Next()) return "it cannot be counted";
    const int64_t count = rows.column(0).Int64(0), first = rows.column(1).Int64(0), last = rows.column(2).Int64(0);
    if (count != chunk.rows) return fmt::format("it holds {} rows instead of {}", count, chunk.rows);
    if (first != chunk.first_row || last != chunk.first_row + chunk.rows - 1)
        return fmt::format("it holds rows {} to {} instead of {} to {}", first, last, chunk.first_row,
                           chunk.first_row + chunk.rows - 1);
    return {};
}

}  // namespace

std::string Inspector::FaultOf(const store::Chunk& chunk) {
    try {
        const auto object = objects_.Stat(chunk.object_key);
        if (!object) return "the object is missing";
        if (object->bytes != chunk.bytes)
            return fmt::format("it has {} bytes instead of {}", object->bytes, chunk.bytes);
        const std::filesystem::path file = objects_.LocalFile(chunk.object_key);
        if (Sha256OfFile(file) != chunk.sha256) return "its bytes are not those that were written";
        return FaultOfRows(database_, file, chunk);
    } catch (const DatabaseError&) {
        return "it is not readable as Parquet";
    } catch (const Error& failed) {
        if (failed.code() == ErrorCode::kUnavailable) throw;
        return failed.detail();
    }
}

class Inspector::Round {
  public:
    Round(Inspector& owner, const UpkeepScope& scope, const Tell& tell) : owner_(owner), scope_(scope), tell_(tell) {}

    CheckReport Run() {
        ForEachRun(owner_.runs_, scope_, [&](const model::Run& run) {
            ++report_.runs;
            return Objects(run) && Phases(run) && Progress();
        });
        if (going_ && scope_.WholeOrganization()) Orphans();
        return report_;
    }

  private:
    bool Say(const json::object& told) { return going_ = going_ && tell_(told); }

    bool Objects(const model::Run& run) {
        for (const store::Chunk& chunk : owner_.records_.ChunksOfRun(run.key)) {
            std::string fault = owner_.FaultOf(chunk);
            // Replaced or deleted while we looked: it need not be there any more.
            if (!fault.empty() && !StillThere(chunk)) continue;
            ++report_.objects;
            report_.rows += chunk.rows;
            report_.bytes += chunk.bytes;
            if (fault.empty()) continue;
            ++report_.damaged;
            if (!Say({{"kind", "damaged"},
                      {"object", chunk.object_key},
                      {"dag_id", run.dag_id},
                      {"run_id", run.run_id},
                      {"rows", chunk.rows},
                      {"reason", std::move(fault)}}))
                return false;
        }
        return true;
    }

    bool StillThere(const store::Chunk& chunk) {
        for (const store::Chunk& now : owner_.records_.Chunks(chunk.object_key))
            if (now.id == chunk.id) return true;
        return false;
    }

    bool Phases(const model::Run& run) {
        // The counts are read before the view: rows that come in between are in the view alone, and no gap.
        const std::vector<model::PhaseSummary> phases = owner_.runs_.Phases(run.key);
        std::map<std::pair<model::PhaseRef, model::RecordKind>, store::RecordView> views;
        for (store::PhaseRecords& records : owner_.records_.ViewOfRun(run.key, 0))
            views[{records.ref, records.kind}] = std::move(records.view);
        for (const model::PhaseSummary& phase : phases)
            for (const model::RecordKind kind : kKinds)
                if (!Rows(run, phase, kind, views[{phase.ref, kind}])) return false;
        return true;
    }

    bool Rows(const model::Run& run, const model::PhaseSummary& phase, model::RecordKind kind,
              const store::RecordView& view) {
        const auto gap = FirstGap(view, std::max(CountOf(phase, kind), CountRows(view)));
        if (!gap || !owner_.runs_.RunByKey(run.key)) return true;  // deleted while we looked: no gap
        ++report_.gaps;
        return Say({{"kind", "gap"},
                    {"dag_id", run.dag_id},
                    {"run_id", run.run_id},
                    {"phase", phase.ref.phase},
                    {"attempt", phase.ref.attempt},
                    {"records", FileStem(kind)},
                    {"first_row", *gap}});
    }

    bool Progress() {
        if (report_.runs % 100 != 0) return going_;
        return Say({{"kind", "progress"}, {"runs", report_.runs}, {"objects", report_.objects}});
    }

    void Orphans() {
        const Time older_than = SystemClock().Now() - std::chrono::seconds(owner_.options_.orphan_age_s);
        const std::string prefix = scope_.org ? "org=" + EncodePart(*scope_.org) + "/" : "org=";
        owner_.sweeper_.FindOrphans(prefix, [&](const objects::ObjectInfo& object) {
            const bool old = object.modified < older_than;
            ++(old ? report_.orphans : report_.young);
            if (old) Say({{"kind", "orphan"}, {"object", object.key}, {"bytes", object.bytes}});
        });
    }

    Inspector& owner_;
    const UpkeepScope& scope_;
    const Tell& tell_;
    CheckReport report_;
    bool going_ = true;
};

CheckReport Inspector::Check(const UpkeepScope& scope, const Tell& tell) {
    return Round(*this, scope, tell).Run();
}

}  // namespace dagy::lake
