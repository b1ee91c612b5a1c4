/// What every SELECT over a chunk shares.
#pragma once

#include <boost/system/system_error.hpp>
#include <string>
#include <string_view>

#include "lake/chunk_files.h"
#include "lake/database.h"
#include "lake/parquet_file.h"
#include "lake/statement.h"

namespace dagy::lake {

/// The first parameter is FileOf.
inline constexpr std::string_view kFromChunk = "FROM read_parquet(?, hive_partitioning = false)";

inline std::string FileOf(ChunkFiles& files, const store::Chunk& chunk) {
    return LiteralGlob(files.Open(chunk).native());
}

/// What DuckDB or a decoder says of a file becomes our error; an Error from `work` passes unchanged.
template <class Work>
auto NamingChunk(const store::Chunk& chunk, const Work& work) {
    try {
        return work();
    } catch (const DatabaseError& failed) {
        ThrowDamaged(chunk, "it is not readable as Parquet", failed.what());
    } catch (const boost::system::system_error& failed) {
        ThrowDamaged(chunk, "it holds JSON that cannot be read", failed.what());
    }
}

}  // namespace dagy::lake
