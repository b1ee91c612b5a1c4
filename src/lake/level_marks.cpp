#include "lake/level_marks.h"

#include <cstdint>
#include <string>

namespace dagy::lake {
namespace {

constexpr size_t kMarkBytes = 16;  // long enough to be told apart where a filter is crowded

std::string TextOf(model::Level level) {
    std::string text;
    uint32_t number = static_cast<uint32_t>(level) + 1;
    while (text.size() < kMarkBytes) {
        number = number * 1'664'525U + 1'013'904'223U;
        text += static_cast<char>(1 + (number >> 24) % 31);  // control characters
    }
    return text;
}

}  // namespace

GramQuery LevelMark(model::Level level) {
    return GramQuery(TextOf(level));
}

void LevelsSeen::MarkIn(GramFilterBuilder& builder) {
    for (size_t i = 0; i < seen_.size(); ++i)
        if (seen_[i]) builder.Add(TextOf(static_cast<model::Level>(i)));
    seen_ = {};
}

}  // namespace dagy::lake
