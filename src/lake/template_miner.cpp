#include "lake/template_miner.h"

#include <algorithm>
#include <bit>

#include "base/hash.h"

namespace dagy::lake {
namespace {

/// A word is a value if so many different ones stand in its place, all else equal …
constexpr size_t kDistinctMin = 5;
/// … and so many constant words hold the rest together.
constexpr size_t kWordsMin = 2;
constexpr int kRounds = 3;
constexpr std::string_view kAny = "*";

bool IsConstant(std::string_view word) {
    return word != kAny && !(word.size() == 1 && std::string_view("=:,;|").find(word[0]) != std::string_view::npos);
}

/// Masks that are one template so far.
class Group {
  public:
    Group(std::string_view mask, int64_t id) : ids_{id} {
        words_.reserve(static_cast<size_t>(std::count(mask.begin(), mask.end(), ' ')) + 1);
        while (!mask.empty()) {
            const size_t end = std::min(mask.find(' '), mask.size());
            words_.push_back(At(words_.size(), mask.substr(0, end)));
            sum_ += words_.back().hash;
            constants_ += words_.back().is_constant;
            mask.remove_prefix(std::min(mask.size(), end + 1));
        }
    }

    size_t size() const { return words_.size(); }
    size_t constants() const { return constants_; }
    bool IsConstantAt(size_t place) const { return words_[place].is_constant; }
    const std::vector<int64_t>& ids() const { return ids_; }

    /// Hash of all words but the one at `place`: what masks that differ there only have in common. The words' hashes
    /// depend on their places and are summed, so that one can be taken out again.
    uint64_t HashWithout(size_t place) const {
        return (sum_ - words_[place].hash) * 0xd6e8feb86659fd93ULL ^ (place + (words_.size() << 32));
    }

    void Open(size_t place) {
        sum_ -= words_[place].hash;
        words_[place] = At(place, kAny);
        sum_ += words_[place].hash;
        --constants_;
    }

    void Join(const Group& other) { ids_.insert(ids_.end(), other.ids_.begin(), other.ids_.end()); }

    std::string Text() const {
        std::string text;
        for (const Word& word : words_) {
            if (!text.empty()) text += ' ';
            text += word.text;
        }
        return text;
    }

  private:
    struct Word {
        std::string_view text;
        uint64_t hash = 0;
        bool is_constant = false;
    };
    static Word At(size_t place, std::string_view text) { return {text, Hash64(text, place + 1), IsConstant(text)}; }

    std::vector<Word> words_;
    uint64_t sum_ = 0;
    size_t constants_ = 0;
    std::vector<int64_t> ids_;
};

/// How many masks share each of their gaps; a flat table that is built once and then read.
class GapWidths {
  public:
    explicit GapWidths(const std::vector<Group>& groups) {
        size_t gaps = 0;
        for (const Group& group : groups) gaps += group.constants();
        slots_.resize(std::bit_ceil(2 * gaps + 1));
        for (const Group& group : groups) {
            for (size_t i = 0; i < group.size(); ++i) {
                if (!group.IsConstantAt(i)) continue;
                const uint64_t hash = group.HashWithout(i);
                Slot& slot = slots_[Find(hash)];
                slot.hash = hash;
                ++slot.width;
            }
        }
    }
    size_t Of(uint64_t hash) const { return slots_[Find(hash)].width; }

  private:
    struct Slot {
        uint64_t hash = 0;
        uint32_t width = 0;  ///< 0: empty
    };

    size_t Find(uint64_t hash) const {
        size_t place = (hash >> 20) & (slots_.size() - 1);
        while (slots_[place].width != 0 && slots_[place].hash != hash) place = (place + 1) & (slots_.size() - 1);
        return place;
    }

    std::vector<Slot> slots_;
};

/// The place at which most masks differ from this one and from nothing else, if there are enough of them; ties go to
/// the first place. The number of words if there is none.
size_t WidestGap(const Group& group, const GapWidths& widths) {
    size_t best = group.size(), best_width = kDistinctMin - 1;
    if (group.constants() < kWordsMin + 1) return best;
    for (size_t i = 0; i < group.size(); ++i) {
        if (!group.IsConstantAt(i)) continue;
        const size_t width = widths.Of(group.HashWithout(i));
        if (width > best_width) {
            best = i;
            best_width = width;
        }
    }
    return best;
}

/// Opens the widest gap of every group and joins those that are the same then. False if there was none.
bool MergeOnce(std::vector<Group>& groups) {
    const GapWidths widths(groups);
    bool changed = false;
    for (Group& group : groups) {
        const size_t gap = WidestGap(group, widths);
        if (gap == group.size()) continue;
        changed = true;
        group.Open(gap);
    }
    if (!changed) return false;
    std::vector<Group> merged;
    std::unordered_map<std::string, size_t> opened;  // text → index in merged
    for (Group& group : groups) {
        const auto [place, is_new] = opened.try_emplace(group.Text(), merged.size());
        if (is_new)
            merged.push_back(std::move(group));
        else
            merged[place->second].Join(group);
    }
    groups = std::move(merged);
    return true;
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
    groups.reserve(masks_.size());
    for (const auto& [id, entry] : masks_) groups.emplace_back(entry.mask, id);
    for (int round = 0; round < kRounds && MergeOnce(groups); ++round) {
    }
    std::vector<std::pair<std::string, const Group*>> by_text;
    by_text.reserve(groups.size() + 1);
    for (const Group& group : groups) by_text.emplace_back(group.Text(), &group);
    if (other_lines_ > 0) by_text.emplace_back(kAny, nullptr);
    std::sort(by_text.begin(), by_text.end());

    std::vector<LogTemplate> templates;
    template_of_.clear();
    template_of_.reserve(masks_.size());
    template_of_others_ = -1;
    for (auto& [text, group] : by_text) {
        if (templates.empty() || templates.back().text != text) templates.push_back({std::move(text), 0});
        LogTemplate& one = templates.back();
        if (group == nullptr) {
            one.lines += other_lines_;
            template_of_others_ = static_cast<int64_t>(templates.size()) - 1;
            continue;
        }
        for (const int64_t id : group->ids()) {
            one.lines += masks_.at(id).lines;
            template_of_[id] = templates.size() - 1;
        }
    }
    return templates;
}

int64_t TemplateMiner::TemplateOf(int64_t mask_id) const {
    const auto place = template_of_.find(mask_id);
    return place == template_of_.end() ? template_of_others_ : static_cast<int64_t>(place->second);
}

}  // namespace dagy::lake
