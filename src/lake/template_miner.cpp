#include "lake/template_miner.h"

#include <algorithm>
#include <numeric>

#include "base/hash.h"

namespace dagy::lake {
namespace {

/// A word is a value if so many different ones stand in its place, all else equal …
constexpr size_t kDistinctMin = 5;
/// … and so many constant words hold the rest together.
constexpr size_t kWordsMin = 2;
constexpr int kRounds = 3;

using Words = std::vector<std::string_view>;

Words SplitMask(std::string_view mask) {
    Words words;
    while (!mask.empty()) {
        const size_t end = std::min(mask.find(' '), mask.size());
        words.push_back(mask.substr(0, end));
        mask.remove_prefix(std::min(mask.size(), end + 1));
    }
    return words;
}

bool IsConstant(std::string_view word) {
    return word != "*" && !(word.size() == 1 && std::string_view("=:,;|").find(word[0]) != std::string_view::npos);
}

/// Hash of the mask with the word at `gap` left open.
uint64_t GapHash(const Words& words, size_t gap) {
    uint64_t hash = words.size();
    for (size_t i = 0; i < words.size(); ++i)
        hash = Hash64(i == gap ? std::string_view("\x01", 1) : words[i], hash * 31 + i);
    return hash;
}

/// The place at which most masks differ from this one and from nothing else, if there are enough of them; ties go to
/// the first place.
size_t WidestGap(const Words& words, const std::unordered_map<uint64_t, size_t>& widths) {
    const auto constants = static_cast<size_t>(std::count_if(words.begin(), words.end(), IsConstant));
    size_t best = words.size(), best_width = kDistinctMin - 1;
    if (constants < kWordsMin + 1) return best;
    for (size_t i = 0; i < words.size(); ++i) {
        if (!IsConstant(words[i])) continue;
        const size_t width = widths.at(GapHash(words, i));
        if (width > best_width) {
            best = i;
            best_width = width;
        }
    }
    return best;
}

}  // namespace

uint64_t TemplateMiner::Add(std::string_view line) {
    std::string_view mask = mask_.Apply(line);
    uint64_t id = Hash64(mask);
    auto place = masks_.find(id);
    if (place == masks_.end()) {
        std::string rough;
        if (masks_.size() >= masks_max_) {
            const auto length = std::count(mask.begin(), mask.end(), ' ');
            rough = std::string(mask.substr(0, mask.find(' '))) + " *~" +
                    std::to_string(std::min<std::ptrdiff_t>(length, 64));
            mask = rough;
            id = Hash64(mask);
        }
        place = masks_.try_emplace(id, Entry{std::string(mask), 0}).first;
    }
    ++place->second.lines;
    return id;
}

std::vector<LogTemplate> TemplateMiner::Finish() {
    std::map<std::string, std::vector<uint64_t>> groups;  // template text → masks
    for (const auto& [id, entry] : masks_) groups[entry.mask].push_back(id);
    for (int round = 0; round < kRounds; ++round) {
        std::unordered_map<uint64_t, size_t> widths;
        for (const auto& [text, ids] : groups) {
            const Words words = SplitMask(text);
            for (size_t i = 0; i < words.size(); ++i)
                if (IsConstant(words[i])) ++widths[GapHash(words, i)];
        }
        std::map<std::string, std::vector<uint64_t>> merged;
        bool changed = false;
        for (auto& [text, ids] : groups) {
            Words words = SplitMask(text);
            const size_t gap = WidestGap(words, widths);
            std::string joined;
            for (size_t i = 0; i < words.size(); ++i) {
                const std::string_view word = i == gap ? std::string_view("*") : words[i];
                if (!joined.empty()) joined += ' ';
                joined += word;
            }
            changed = changed || gap < words.size();
            auto& target = merged[joined];
            target.insert(target.end(), ids.begin(), ids.end());
        }
        groups = std::move(merged);
        if (!changed) break;
    }
    std::vector<LogTemplate> templates;
    template_of_.clear();
    for (const auto& [text, ids] : groups) {
        int64_t lines = 0;
        for (const uint64_t id : ids) {
            lines += masks_.at(id).lines;
            template_of_[id] = templates.size();
        }
        templates.push_back({text, lines});
    }
    return templates;
}

int64_t TemplateMiner::TemplateOf(uint64_t mask_id) const {
    const auto place = template_of_.find(mask_id);
    return place == template_of_.end() ? -1 : static_cast<int64_t>(place->second);
}

}  // namespace dagy::lake
