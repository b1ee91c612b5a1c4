#include "lake/parquet_lake.h"

#include "base/error.h"
#include "base/ids.h"
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
      pages_(records, chunks_),
      search_(records, chunks_),
      writer_(database_, objects),
      settler_(objects, records, writer_, std::move(run_of), options_),
      bulk_(ingest, records, writer_, settler_, options_) {}

store::ApplyResult ParquetLake::Apply(const model::Batch& batch) {
    return bulk_.Apply(batch);
}

// The view is one snapshot: blocks are in it with their bytes, chunks are immutable and outlive it by an hour at least.
template <class Row>
void ParquetLake::ReadUnion(const model::PhaseRef& ref, model::RecordKind kind, RowRange range, const Take<Row>& take) {
    const store::RecordView view = records_.View(ref, kind);
    for (const Piece& piece : PiecesOf(view, range)) {
        const bool more = piece.chunk != nullptr ? chunks_.Read(*piece.chunk, range, take)
                                                 : ReadBlock<Row>(*piece.block, range, take);
        if (!more) return;
    }
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
    return pages_.Read(query);
}
SearchTally ParquetLake::SearchRun(int64_t run_key, const RowMatcher& matcher, const SearchScope& scope,
                                   const std::function<bool(const RowHit&)>& take, std::stop_token stop) {
    return search_.Search(run_key, matcher, scope, take, std::move(stop));
}
bool ParquetLake::Settle(const model::PhaseRef& ref) {
    return settler_.Settle(ref);
}
size_t ParquetLake::SettleSome(size_t phases) {
    return settler_.SettleSome(phases);
}
size_t ParquetLake::ClearOrphans() {
    return settler_.ClearOrphans(SystemClock().Now());
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
