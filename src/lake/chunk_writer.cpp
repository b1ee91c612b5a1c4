#include "lake/chunk_writer.h"

#include <algorithm>
#include <filesystem>

#include "base/crash_point.h"
#include "lake/block_filter.h"
#include "lake/chunk_files.h"
#include "lake/data_table.h"
#include "lake/error_table.h"
#include "lake/log_table.h"
#include "lake/parquet_file.h"
#include "lake/scratch_file.h"

namespace dagy::lake {
namespace {

constexpr size_t kWindowRows = 128;

// Measured in small windows: a few lines of a megabyte among short ones are a heavy group too.
template <class Row>
int64_t GroupRowsFor(std::span<const Row> rows) {
    int64_t least = INT64_MAX;
    for (size_t at = 0; at < rows.size(); at += kWindowRows) {
        const auto window = rows.subspan(at, std::min(kWindowRows, rows.size() - at));
        size_t bytes = 0;
        for (const Row& row : window) bytes += TextBytes(row);
        least = std::min(least, RowGroupRows(static_cast<int64_t>(window.size()), static_cast<int64_t>(bytes)));
    }
    return least;
}

}  // namespace

template <class Source, class Row>
store::Chunk ChunkWriter::WriteRows(std::span<const Row> rows, int64_t first_row, size_t number, const KeyOf& key_of) {
    const ScratchFile file(objects_);
    Source source(rows, first_row);
    WriteParquet(database_, source, file.path(), GroupRowsFor(rows));
    store::Chunk chunk{.first_row = first_row, .rows = static_cast<int64_t>(rows.size())};
    chunk.bytes = static_cast<int64_t>(std::filesystem::file_size(file.path()));
    chunk.sha256 = Sha256OfFile(file.path());
    AddFilter(rows, chunk);
    do chunk.object_key = key_of(number++);
    while (!objects_.PutFileNew(chunk.object_key, file.path()));
    CrashPoint("lake.chunk.written");
    return chunk;
}

store::Chunk ChunkWriter::Write(std::span<const model::LogRow> rows, int64_t first_row, size_t number,
                                const KeyOf& key_of) {
    return WriteRows<LogSource>(rows, first_row, number, key_of);
}

store::Chunk ChunkWriter::Write(std::span<const model::ErrorRow> rows, int64_t first_row, size_t number,
                                const KeyOf& key_of) {
    return WriteRows<ErrorSource>(rows, first_row, number, key_of);
}

store::Chunk ChunkWriter::Write(std::span<const model::DataRow> rows, int64_t first_row, size_t number,
                                const KeyOf& key_of) {
    return WriteRows<DataSource>(rows, first_row, number, key_of);
}

void ChunkWriter::Overwrite(RowSource& source, const std::string& key) {
    const ScratchFile file(objects_);
    WriteParquet(database_, source, file.path(), source.RowCount());
    objects_.PutFile(key, file.path());
}

}  // namespace dagy::lake
