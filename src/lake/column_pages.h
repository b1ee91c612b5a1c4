/// Values of one column of a row group, from the bytes of its pages. Reads what our chunks are written with: flat
/// columns, plain or by dictionary, zstd. Anything else is a ThriftError, and DuckDB's to read.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "lake/page_memory.h"
#include "lake/parquet_footer.h"

namespace dagy::lake {

/// Texts of rows; a null is an empty one. Views live as long as the column, wherever it is moved.
class TextColumn {
  public:
    /// `packed` are the bytes of the place.
    TextColumn(const ColumnPlace& place, std::string_view packed, PageMemory& memory);
    /// Of rows that are all null.
    explicit TextColumn(size_t rows) : index_(rows, 0), values_(1) {}

    /// Needed before At: plain texts are only bytes until somebody wants to know where each begins. Throws ThriftError.
    void Split();
    std::string_view At(size_t row) const { return index_.empty() ? values_[row] : values_[index_[row]]; }

    /// By dictionary: each of `values` is there once, and rows say which is theirs. Else a value is a row's.
    bool ByDictionary() const { return !index_.empty(); }
    const std::vector<std::string_view>& values() const { return values_; }
    uint32_t IndexOf(size_t row) const { return index_[row]; }

    /// The bytes in which the values of consecutive rows stand, in order, with a little between them; not by
    /// dictionary.
    struct Page {
        std::string_view bytes;
        size_t first_row = 0, rows = 0;
        std::vector<uint32_t> present;  ///< 1 or 0 for each row; empty: all are 1
    };
    const std::vector<Page>& pages() const { return pages_; }

  private:
    std::vector<PageMemory::Buffer> bytes_;
    std::vector<Page> pages_;
    std::vector<uint32_t> index_;
    std::vector<std::string_view> values_;
};

/// 32 or 64 bits, signed.
class NumberColumn {
  public:
    NumberColumn(const ColumnPlace& place, std::string_view packed, PageMemory& memory);
    explicit NumberColumn(size_t rows) : values_(rows), present_(rows, 0) {}

    bool IsNull(size_t row) const { return !present_.empty() && present_[row] == 0; }
    int64_t At(size_t row) const { return values_[row]; }

  private:
    std::vector<int64_t> values_;
    std::vector<uint8_t> present_;  // empty: all are
};

}  // namespace dagy::lake
