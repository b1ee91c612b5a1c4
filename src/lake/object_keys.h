/// Names of the Parquet objects of a run.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/record.h"
#include "model/run.h"
#include "store/record_store.h"

namespace dagy::lake {

/// One part of a key: everything but `A-Z a-z 0-9 - _ . ~` becomes %XX, and so does a leading dot (no part is `.` or
/// `..`, none is hidden). Over 200 bytes it is cut and gets a hash of the whole, so that it stays a file name and stays
/// its own.
std::string EncodePart(std::string_view text);

/// `org=…/dag=…/date=…/run=…/`, `@dep_…` after the run where its deployment is not `default_deployment`.
std::string RunFolder(const model::Run& run, const std::string& default_deployment);

/// Key of chunk `number` of a kind: `<run>/phase=…/attempt=N/logs_000.parquet`; the trigger's two files have names of
/// their own:
/// `<run>/event/queue_data.parquet`, further ones `queue_data_001.parquet`.
std::string ChunkKey(const model::Run& run, const std::string& phase, int attempt, model::RecordKind kind,
                     size_t number, const std::string& default_deployment);

/// A number for a further chunk: over those of all chunks that are there, so that a name is hardly ever used again for
/// other rows, not even after chunks were merged.
size_t NextNumber(std::span<const store::Chunk> chunks);

/// The folder of a key's run, `org=…/dag=…/date=…/run=…/`; empty for a key that is not so.
std::string_view RunFolderOf(std::string_view key);

/// `<phase folder>metadata.parquet`.
std::string MetadataKey(const model::Run& run, const std::string& phase, int attempt,
                        const std::string& default_deployment);

/// A file that is derived from the store (metadata, index): overwritten in place, never registered, never an orphan.
bool IsDerived(std::string_view key);

}  // namespace dagy::lake
