/// Makes a Parquet object of rows.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "lake/database.h"
#include "lake/row_source.h"
#include "model/record.h"
#include "objects/object_store.h"
#include "store/record_store.h"

namespace dagy::lake {

/// The key of chunk `number`.
using KeyOf = std::function<std::string(size_t number)>;

/// Thread-safe. What it writes is an orphan until somebody registers it.
class ChunkWriter {
  public:
    ChunkWriter(Database& database, objects::ObjectStore& objects) : database_(database), objects_(objects) {}

    /// Writes the rows, numbered from `first_row`, under the first free key from `number` on; never over an object that
    /// is there.
    store::Chunk Write(std::span<const model::LogRow> rows, int64_t first_row, size_t number, const KeyOf& key_of);
    store::Chunk Write(std::span<const model::ErrorRow> rows, int64_t first_row, size_t number, const KeyOf& key_of);
    store::Chunk Write(std::span<const model::DataRow> rows, int64_t first_row, size_t number, const KeyOf& key_of);

    /// Writes a file that is derived from the store, over the one that is there.
    void Overwrite(RowSource& source, const std::string& key);

  private:
    template <class Source, class Row>
    store::Chunk WriteRows(std::span<const Row> rows, int64_t first_row, size_t number, const KeyOf& key_of);

    Database& database_;
    objects::ObjectStore& objects_;
};

}  // namespace dagy::lake
