#include "lake/template_miner.h"

#include <algorithm>
#include <map>

#include "base/hash.h"

namespace dagy::lake {
namespace {

/// A word is a value if so many different ones stand in its place, all else equal …
constexpr size_t kDistinctMin = 5;
/// … and so many constant words hold the rest together.
constexpr size_t kWordsMin = 2;
constexpr int kRounds = 3;
constexpr std::string_view kAny = "*";

/// Masks that are one template so far.
struct Group {
    std::vector<std::string_view> words;
    std::vector<int64_t> masks;
};

std::vector<std::string_view> SplitMask(std::string_view mask) {
    std::vector<std::string_view> words;
    while (!mask.empty()) {
        const size_t end = std::min(mask.find(' '), mask.size());
        words.push_back(mask.substr(0, end));
        mask.remove_prefix(std::min(mask.size(), end + 1));
    }
    return words;
}

std::string Joined(const std::vector<std::string_view>& words) {
    std::string text;
    for (const std::string_view word : words) {
        if (!text.empty()) text += ' ';
        text += word;
    }
    return text;
}

bool IsConstant(std::string_view word) {
    return word != kAny && !(word.size() == 1 && std::string_view("=:,;|").find(word[0]) != std::string_view::npos);
}

/// Hashes of a mask with one word left open, for every word in linear time: the words' hashes are summed, each
/// scrambled by its place, so that one can be taken out again.
class GapHashes {
  public:
    explicit GapHashes(const std::vector<std::string_view>& words) : sum_(words.size()) {
        places_.reserve(words.size());
        for (const std::string_view word : words) {
            places_.push_back(Hash64(word, places_.size() + 1));
            sum_ += places_.back();
        }
    }
    uint64_t Without(size_t place) const { return (sum_ - places_[place]) ^ (place * 0x9e3779b97f4a7c15ULL); }

  private:
    uint64_t sum_;
    std::vector<uint64_t> places_;
};

using Widths = std::unordered_map<uint64_t, size_t>;

void CountGaps(const Group& group, Widths& widths) {
    const GapHashes hashes(group.words);
    for (size_t i = 0; i < group.words.size(); ++i)
        if (IsConstant(group.words[i])) ++widths[hashes.Without(i)];
}

/// The place at which most masks differ from this one and from nothing else, if there are enough of them; ties go to
/// the first place. The number of words if there is none.
size_t WidestGap(const Group& group, const Widths& widths) {
    const auto& words = group.words;
    const auto constants = static_cast<size_t>(std::count_if(words.begin(), words.end(), IsConstant));
    size_t best = words.size(), best_width = kDistinctMin - 1;
    if (constants < kWordsMin + 1) return best;
    const GapHashes hashes(words);
    for (size_t i = 0; i < words.size(); ++i) {
        if (!IsConstant(words[i])) continue;
        const size_t width = widths.at(hashes.Without(i));
        if (width > best_width) {
            best = i;
            best_width = width;
        }
    }
    return best;
}

/// Opens the widest gap of every group and joins those that are the same then. False if there was none.
bool MergeOnce(std::vector<Group>& groups) {
    Widths widths;
    for (const Group& group : groups) CountGaps(group, widths);
    std::vector<Group> merged;
    std::unordered_map<std::string, size_t> opened;  // text → index in merged
    bool changed = false;
    for (Group& group : groups) {
        const size_t gap = WidestGap(group, widths);
        if (gap < group.words.size()) {
            changed = true;
            group.words[gap] = kAny;
        }
        const auto [place, is_new] = opened.try_emplace(Joined(group.words), merged.size());
        if (is_new) {
            merged.push_back(std::move(group));
        } else {
            auto& masks = merged[place->second].masks;
            masks.insert(masks.end(), group.masks.begin(), group.masks.end());
        }
    }
    groups = std::move(merged);
    return changed;
}

}  // namespace

int64_t TemplateMiner::Add(std::string_view line) {
    const auto found = ids_.Find(line);
    if (found.is_new) Keep(found.id, found.mask);
    const auto place = masks_.find(found.id);
    ++(place == masks_.end() ? other_lines_ : place->second.lines);
    return found.id;
}

void TemplateMiner::Keep(int64_t id, std::string_view mask) {
    if (const auto place = masks_.find(id); place != masks_.end()) {
        // Should two masks ever share an id, they share the text that sorts first, whichever came first.
        if (mask < place->second.mask) place->second.mask = mask;
        return;
    }
    if (masks_.size() >= masks_max_) {
        if (kept_.empty() || id > kept_.top()) return;
        const auto last = masks_.find(kept_.top());
        other_lines_ += last->second.lines;
        masks_.erase(last);
        kept_.pop();
    }
    masks_.try_emplace(id, Entry{std::string(mask), 0});
    kept_.push(id);
}

std::vector<LogTemplate> TemplateMiner::Finish() {
    std::vector<Group> groups;
    groups.reserve(masks_.size() + 1);
    for (const auto& [id, entry] : masks_) groups.push_back({SplitMask(entry.mask), {id}});
    for (int round = 0; round < kRounds && MergeOnce(groups); ++round) {
    }
    std::map<std::string, const Group*> by_text;
    for (const Group& group : groups) by_text.emplace(Joined(group.words), &group);
    if (other_lines_ > 0) by_text.emplace(kAny, nullptr);

    std::vector<LogTemplate> templates;
    template_of_.clear();
    template_of_others_ = -1;
    for (const auto& [text, group] : by_text) {
        const size_t index = templates.size();
        LogTemplate& one = templates.emplace_back(text, 0);
        if (group != nullptr) {
            for (const int64_t id : group->masks) {
                one.lines += masks_.at(id).lines;
                template_of_[id] = index;
            }
        }
        if (other_lines_ > 0 && text == kAny) {
            one.lines += other_lines_;
            template_of_others_ = static_cast<int64_t>(index);
        }
    }
    return templates;
}

int64_t TemplateMiner::TemplateOf(int64_t mask_id) const {
    const auto place = template_of_.find(mask_id);
    return place == template_of_.end() ? template_of_others_ : static_cast<int64_t>(place->second);
}

}  // namespace dagy::lake
