#include "lake/parquet_lake.h"

#include "base/error.h"
#include "base/ids.h"
#include "lake/fresh_view.h"
#include "lake/pieces.h"

namespace dagy::lake {

ParquetLake::ParquetLake(objects::ObjectStore& objects, store::IngestStore& ingest, store::RecordStore& records,
                         Settler::RunOf run_of, LakeOptions options)
    : options_(std::move(options)),
      objects_(objects),
      records_(records),
      database_({options_.memory_limit_bytes, options_.threads, options_.concurrent_queries}),
      files_(objects),
      chunks_(database_, files_),
      scan_(database_, files_),
      index_(database_, objects),
      pages_(records, chunks_, scan_, index_),
      search_(records, scan_, index_),
      indexer_(database_, files_, scan_, objects, records),
      filters_(records, scan_, index_),
      writer_(database_, objects),
      settler_(objects, records, writer_, std::move(run_of), options_),
      bulk_(ingest, records, writer_, settler_, options_) {
    if (options_.upkeep == nullptr || options_.runs == nullptr) return;
    upkeep_.emplace(LakeParts{.objects = objects_,
                              .records = records_,
                              .runs = *options_.runs,
                              .upkeep = *options_.upkeep,
                              .database = database_,
                              .files = files_,
                              .reader = chunks_,
                              .writer = writer_,
                              .settler = settler_,
                              .in_use = in_use_,
                              .options = options_});
}

store::ApplyResult ParquetLake::Apply(const model::Batch& batch) {
    return bulk_.Apply(batch);
}

// The view is one snapshot: blocks are in it with their bytes, chunks are immutable. Where one was merged and deleted
// before it was opened, reading goes on from the same row in a view that is new.
template <class Row>
void ParquetLake::ReadUnion(const model::PhaseRef& ref, model::RecordKind kind, RowRange range, const Take<Row>& take) {
    const RunsInUse::Hold hold(in_use_, ref.run_key);
    std::exception_ptr failed_taking;  // no reading again heals that
    const int64_t first = range.first, end = EndOf(range);
    int64_t next = first;
    const auto take_slice = [&](std::span<const Row> slice) {
        try {
            next = slice.back().row + 1;
            return take(slice);
        } catch (...) {
            failed_taking = std::current_exception();
            return false;
        }
    };
    WithFreshView(records_, ref, kind, [&] {
        const store::RecordView view = records_.View(ref, kind);
        const RowRange rest{next, end - next};
        const std::vector<Piece> pieces = PiecesOf(view, rest);
        if (next > first && pieces.empty() && CountRows(view) == 0)
            throw Error(ErrorCode::kNotFound, "the run was deleted while it was read");
        for (const Piece& piece : pieces) {
            const bool more = piece.chunk != nullptr ? chunks_.Read(*piece.chunk, rest, Take<Row>(take_slice))
                                                     : ReadBlock<Row>(*piece.block, rest, Take<Row>(take_slice));
            if (!more) return;
        }
    });
    if (failed_taking) std::rethrow_exception(failed_taking);
}

void ParquetLake::ReadLogs(const model::PhaseRef& ref, RowRange range,
                           const std::function<bool(std::span<const model::LogRow>)>& take) {
    ReadUnion<model::LogRow>(ref, model::RecordKind::kLog, range, take);
}

void ParquetLake::ReadErrors(const model::PhaseRef& ref, RowRange range,
                             const std::function<bool(std::span<const model::ErrorRow>)>& take) {
    ReadUnion<model::ErrorRow>(ref, model::RecordKind::kError, range, take);
}

void ParquetLake::ReadData(const model::PhaseRef& ref, RowRange range,
                           const std::function<bool(std::span<const model::DataRow>)>& take) {
    ReadUnion<model::DataRow>(ref, model::RecordKind::kData, range, take);
}

Page ParquetLake::ReadPage(const PageQuery& query) {
    const RunsInUse::Hold hold(in_use_, query.ref.run_key);
    return WithFreshView(records_, query.ref, query.kind, [&] { return pages_.Read(query); });
}
SearchTally ParquetLake::SearchRun(int64_t run_key, const RowMatcher& matcher, const SearchScope& scope,
                                   const std::function<bool(const RowHit&)>& take, std::stop_token stop) {
    const RunsInUse::Hold hold(in_use_, run_key);
    return search_.Search(run_key, matcher, scope, take, std::move(stop));
}
std::vector<RunOutlook> ParquetLake::MayHold(const std::vector<int64_t>& run_keys, const RowMatcher& matcher,
                                             const SearchScope& scope) {
    return filters_.MayHold(run_keys, matcher, scope);
}
size_t ParquetLake::FilterSome(size_t runs) {
    return filters_.MakeSome(runs);
}
size_t ParquetLake::IndexSome(size_t phases) {
    return indexer_.IndexSome(phases);
}
bool ParquetLake::Settle(const model::PhaseRef& ref) {
    return settler_.Settle(ref);
}
size_t ParquetLake::SettleSome(size_t phases) {
    return settler_.SettleSome(phases);
}
size_t ParquetLake::ClearOrphans() {
    return KnownUpkeep().ClearOrphans();
}
Upkeep& ParquetLake::upkeep() {
    return KnownUpkeep();
}
ParquetUpkeep& ParquetLake::KnownUpkeep() {
    if (!upkeep_) Lake::upkeep();
    return *upkeep_;
}
Upkeep& Lake::upkeep() {
    throw Error(ErrorCode::kInternal, "this lake was opened without what upkeep needs");
}

void ParquetLake::Check() {
    const std::vector<model::LogRow> written{{.message = "check"}};
    const store::Chunk chunk =
        writer_.Write(written, 0, 0, [](size_t) { return "check/" + RandomHex(8) + ".parquet"; });
    size_t read = 0;
    try {
        chunks_.Read(chunk, {}, [&](std::span<const model::LogRow> rows) {
            read += rows.size();
            return true;
        });
    } catch (...) {
        objects_.Delete(chunk.object_key);
        throw;
    }
    objects_.Delete(chunk.object_key);
    if (read != written.size())
        throw Error(ErrorCode::kStorage, "a Parquet object that was just written reads back empty");
}

std::unique_ptr<Lake> OpenLake(objects::ObjectStore& objects, store::IngestStore& ingest, store::RecordStore& records,
                               std::function<std::optional<model::Run>(int64_t run_key)> run_of, LakeOptions options) {
    return std::make_unique<ParquetLake>(objects, ingest, records, std::move(run_of), std::move(options));
}

}  // namespace dagy::lake
