#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "base/error.h"
#include "cli/commands.h"

namespace dagy::cli {
namespace {

constexpr size_t kPieceBytes = 8 << 20;

struct Counts {
    int64_t accepted = 0, duplicates = 0, rejected = 0;
    json::array errors;
};

/// One request per piece, so that a file of any size is durable piece by piece and can be sent again after a break.
void Send(Context& context, const std::string& piece, int64_t first_line, Counts& counts) {
    const json::object answer = context.connection.Json("POST", "/api/v1/ingest", piece).as_object();
    counts.accepted += IntOr(answer, "accepted", 0);
    counts.duplicates += IntOr(answer, "duplicates", 0);
    counts.rejected += IntOr(answer, "rejected", 0);
    if (const json::array* errors = GetArray(answer, "errors"))
        for (const json::value& item : *errors) {
            json::object error = item.as_object();
            error["line"] = IntOr(error, "line", 1) + first_line - 1;
            if (counts.errors.size() < 100) counts.errors.push_back(std::move(error));
        }
    context.terminal.Progress(fmt::format("{} lines taken in", counts.accepted + counts.duplicates));
}

}  // namespace

int Ingest(Context& context, const std::string& file) {
    const std::unique_ptr<FILE, int (*)(FILE*)> input(file == "-" ? stdin : std::fopen(file.c_str(), "rb"),
                                                      file == "-" ? [](FILE*) { return 0; } : &std::fclose);
    if (input == nullptr)
        throw Error(ErrorCode::kNotFound, fmt::format("cannot read {}", file),
                    "give a file of NDJSON lines, or - for standard input");
    Counts counts;
    std::string piece;
    std::string buffer(1 << 16, '\0');
    int64_t line = 1;
    while (const size_t got = std::fread(buffer.data(), 1, buffer.size(), input.get())) {
        piece.append(buffer, 0, got);
        if (piece.size() < kPieceBytes) continue;
        const size_t end = piece.rfind('\n');
        if (end == std::string::npos) continue;
        const std::string rest = piece.substr(end + 1);
        piece.resize(end + 1);
        Send(context, piece, line, counts);
        line += std::count(piece.begin(), piece.end(), '\n');
        piece = rest;
    }
    if (!piece.empty()) Send(context, piece, line, counts);
    context.terminal.ProgressDone();
    if (context.output != Output::kTable) {
        fmt::print("{}\n", json::serialize(json::object{{"accepted", counts.accepted},
                                                        {"duplicates", counts.duplicates},
                                                        {"rejected", counts.rejected},
                                                        {"errors", counts.errors}}));
    } else {
        if (!context.quiet)
            fmt::print("{} accepted, {} seen before, {} rejected\n", counts.accepted, counts.duplicates,
                       counts.rejected);
        for (const json::value& item : counts.errors) {
            const json::object& error = item.as_object();
            fmt::print(stderr, "line {}: {}\n", IntOr(error, "line", 0),
                       StringOr(error, "message", StringOr(error, "reason")));
        }
    }
    return counts.rejected > 0 ? 1 : 0;
}

}  // namespace dagy::cli
