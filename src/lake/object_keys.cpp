#include "lake/object_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/hash.h"
#include "lake/lake.h"

namespace dagy::lake {
namespace {

constexpr size_t kPartBytesMax = 200;
constexpr size_t kCutBytes = 180;  // with hash, `run=` and `@dep_…` still a file name of at most 255 bytes

bool IsPlain(char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || std::string_view("-_.~").contains(c);
}

// Cuts before an escape rather than through it.
std::string Shortened(std::string encoded, std::string_view text) {
    size_t end = kCutBytes;
    if (encoded[end - 1] == '%')
        end -= 1;
    else if (encoded[end - 2] == '%')
        end -= 2;
    return fmt::format("{}~{}", encoded.substr(0, end), Sha256Hex(text).substr(0, 16));
}

}  // namespace

std::string EncodePart(std::string_view text) {
    std::string encoded;
    for (const char c : text) {
        const bool leading_dot = c == '.' && encoded.empty();
        if (IsPlain(c) && !leading_dot)
            encoded += c;
        else
            encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return encoded.size() > kPartBytesMax ? Shortened(std::move(encoded), text) : encoded;
}

std::string RunFolder(const model::Run& run, const std::string& default_deployment) {
    std::string folder = fmt::format("org={}/dag={}/date={}/run={}", EncodePart(run.scope.org), EncodePart(run.dag_id),
                                     run.PartitionDate(), EncodePart(run.run_id));
    if (run.scope.deployment != default_deployment) folder += "@" + EncodePart(run.scope.deployment).substr(0, 48);
    return folder + "/";
}

std::string PhaseFolder(const model::Run& run, const std::string& phase, int attempt,
                        const std::string& default_deployment) {
    return fmt::format("{}phase={}/attempt={}/", RunFolder(run, default_deployment), EncodePart(phase), attempt);
}

std::string ChunkKey(const model::Run& run, const std::string& phase, int attempt, model::RecordKind kind,
                     size_t number, const std::string& default_deployment) {
    const bool trigger = kind == model::RecordKind::kQueueData || kind == model::RecordKind::kEvent;
    if (!trigger)
        return fmt::format("{}{}_{:03}.parquet", PhaseFolder(run, phase, attempt, default_deployment), FileStem(kind),
                           number);
    const std::string folder = RunFolder(run, default_deployment) + "event/";
    if (number == 0) return fmt::format("{}{}.parquet", folder, FileStem(kind));
    return fmt::format("{}{}_{:03}.parquet", folder, FileStem(kind), number);
}

size_t NextNumber(std::span<const store::Chunk> chunks) {
    size_t next = chunks.size();
    for (const store::Chunk& chunk : chunks) {
        std::string_view name = chunk.object_key;
        name.remove_prefix(name.rfind('/') + 1);
        name.remove_suffix(name.ends_with(".parquet") ? 8 : 0);
        const std::string_view digits = name.substr(name.rfind('_') + 1);
        size_t number = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
        next = std::max(next, number + 1);
    }
    return next;
}

std::string_view RunFolderOf(std::string_view key) {
    size_t end = 0;
    for (const std::string_view part : {"org=", "dag=", "date=", "run="}) {
        if (!key.substr(end).starts_with(part)) return {};
        end = key.find('/', end) + 1;
        if (end == 0) return {};
    }
    return key.substr(0, end);
}

std::string MetadataKey(const model::Run& run, const std::string& phase, int attempt,
                        const std::string& default_deployment) {
    return PhaseFolder(run, phase, attempt, default_deployment) + "metadata.parquet";
}

bool IsDerived(std::string_view key) {
    return key.ends_with("/metadata.parquet") || key.ends_with("/index.parquet");
}

}  // namespace dagy::lake
