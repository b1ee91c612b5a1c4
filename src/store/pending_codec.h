/// How pending rows are kept in the store: one zstd-compressed block of JSON lines per (phase attempt, kind, batch). Of
/// logs, the levels that are in it stand before the block.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/record.h"

namespace dagy::store {

/// Text that is not valid UTF-8 is kept with U+FFFD in place of each bad byte; all else comes back as it went in.
std::string EncodeLogs(std::span<const model::LogRow> rows);
std::string EncodeErrors(std::span<const model::ErrorRow> rows);
std::string EncodeData(std::span<const model::DataRow> rows);

/// Rows come back as they went in, numbered from `first_row`. Throws kStorage for a damaged block.
std::vector<model::LogRow> DecodeLogs(std::string_view payload, int64_t first_row);
/// The same without the rows that `may_be_wanted` says no to. It is asked before a row is decoded, with its level and
/// its JSON: an array of all its values, whose texts have `"`, `\` and control characters escaped, and nothing else.
/// Before the block is unpacked it is asked for each level in it, without JSON; a row is wanted only if its level is.
using LogGlance = std::function<bool(model::Level level, std::optional<std::string_view> json)>;
std::vector<model::LogRow> DecodeLogs(std::string_view payload, int64_t first_row, const LogGlance& may_be_wanted);
std::vector<model::ErrorRow> DecodeErrors(std::string_view payload, int64_t first_row);
std::vector<model::DataRow> DecodeData(std::string_view payload, int64_t first_row);

}  // namespace dagy::store
