/// Where in a Parquet file the values of its columns are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lake/thrift_reader.h"

namespace dagy::lake {

/// The pages of one column in one row group.
struct ColumnPlace {
    std::string name;
    int64_t type = -1, codec = -1;
    int64_t values = 0;
    int64_t nulls = -1;  ///< -1: unknown
    int64_t offset = 0, packed_bytes = 0, bytes = 0;

    bool AllNull() const { return nulls == values; }
};

struct GroupPlace {
    int64_t rows = 0;
    std::vector<ColumnPlace> columns;

    /// nullptr where there is none of that name.
    const ColumnPlace* Find(std::string_view name) const;
};

/// Of the footer's own bytes. Throws ThriftError where they make no sense.
std::vector<GroupPlace> ReadFooter(std::string_view footer);

}  // namespace dagy::lake
