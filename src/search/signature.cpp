#include "search/signature.h"

#include <fmt/format.h>

#include "base/hash.h"
#include "search/snippet.h"

namespace dagy::search {
namespace {

constexpr size_t kTitleCharactersMax = 200;

std::string_view LastPart(std::string_view dotted) {
    return dotted.substr(dotted.find_last_of('.') + 1);
}

std::string_view FirstLine(std::string_view text) {
    return text.substr(0, text.find('\n'));
}

}  // namespace

uint64_t SignatureMaker::KeyOf(const lake::RowHit& hit, std::string_view dag_id) {
    if (!hit.signature.empty()) return Hash64(fmt::format("error\n{}", hit.signature));
    switch (hit.kind) {
        case model::RecordKind::kError:
            return Hash64(fmt::format("error\n{}\n{}", LastPart(hit.error_type), mask_.Apply(FirstLine(hit.title))));
        case model::RecordKind::kLog:
            return Hash64(fmt::format("log\n{}", mask_.Apply(FirstLine(hit.title))));
        default:
            return Hash64(fmt::format("data\n{}\n{}\n{}", dag_id, hit.phase, hit.field));
    }
}

std::string SignatureMaker::Shown(const lake::RowHit& hit, uint64_t key) {
    return hit.signature.empty() ? fmt::format("{:016x}", key) : std::string(hit.signature);
}

std::string SignatureMaker::TitleOf(const lake::RowHit& hit, std::string_view dag_id) {
    const std::string_view line = FirstLine(hit.title);
    switch (hit.kind) {
        case model::RecordKind::kError: {
            const std::string_view type = LastPart(hit.error_type);
            return FirstCharacters(
                line.empty() || type.empty() ? fmt::format("{}{}", type, line) : fmt::format("{}: {}", type, line),
                kTitleCharactersMax);
        }
        case model::RecordKind::kLog: {
            const std::string_view mask = mask_.Apply(line);
            return FirstCharacters(mask.empty() ? line : mask, kTitleCharactersMax);
        }
        default:
            return hit.field.empty() ? fmt::format("rows of {} / {}", dag_id, hit.phase)
                                     : fmt::format("{} in rows of {} / {}", hit.field, dag_id, hit.phase);
    }
}

}  // namespace dagy::search
