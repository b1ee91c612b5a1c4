#include "model/record.h"

#include <algorithm>
#include <array>
#include <utility>

namespace dagy::model {

std::string_view FileStem(RecordKind kind) {
    switch (kind) {
        case RecordKind::kLog:
            return "logs";
        case RecordKind::kError:
            return "errors";
        case RecordKind::kData:
            return "data";
        case RecordKind::kQueueData:
            return "queue_data";
        case RecordKind::kEvent:
            return "event";
    }
    return "records";
}

std::string_view Name(Level level) {
    static constexpr std::array<std::string_view, 5> kNames{"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"};
    return kNames[static_cast<size_t>(level)];
}

std::optional<Level> ParseLevel(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, Level>, 12> kWords{{{"DEBUG", Level::kDebug},
                                                                                {"TRACE", Level::kDebug},
                                                                                {"NOTSET", Level::kDebug},
                                                                                {"INFO", Level::kInfo},
                                                                                {"NOTICE", Level::kInfo},
                                                                                {"WARNING", Level::kWarning},
                                                                                {"WARN", Level::kWarning},
                                                                                {"ERROR", Level::kError},
                                                                                {"ERR", Level::kError},
                                                                                {"EXCEPTION", Level::kError},
                                                                                {"CRITICAL", Level::kCritical},
                                                                                {"FATAL", Level::kCritical}}};
    const auto same = [](char a, char b) { return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b; };
    for (const auto& [word, level] : kWords)
        if (std::equal(text.begin(), text.end(), word.begin(), word.end(), same)) return level;
    return std::nullopt;
}

}  // namespace dagy::model
