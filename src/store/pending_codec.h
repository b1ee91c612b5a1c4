/// How pending rows are kept in the store: one zstd-compressed block of JSON lines per (phase attempt, kind, batch).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/record.h"

namespace dagy::store {

std::string EncodeLogs(const std::vector<model::LogRow>& rows);
std::string EncodeErrors(const std::vector<model::ErrorRow>& rows);
std::string EncodeData(const std::vector<model::DataRow>& rows);

/// Rows come back as they went in, numbered from `first_row`. Throws kStorage for a damaged block.
std::vector<model::LogRow> DecodeLogs(std::string_view payload, int64_t first_row);
std::vector<model::ErrorRow> DecodeErrors(std::string_view payload, int64_t first_row);
std::vector<model::DataRow> DecodeData(std::string_view payload, int64_t first_row);

}  // namespace dagy::store
