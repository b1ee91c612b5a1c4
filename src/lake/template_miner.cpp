#include "lake/template_miner.h"

#include <algorithm>
#include <utility>

#include "lake/template_merge.h"

namespace dagy::lake {
namespace {

constexpr size_t kOthers = 0;
constexpr size_t kPlacesFirst = 256;

}  // namespace

TemplateMiner::TemplateMiner(size_t masks_max)
    : masks_max_(masks_max), masks_{{.id = -1, .text = "*"}}, places_(kPlacesFirst) {}

int64_t TemplateMiner::Add(std::string_view line) {
    // A quarter too many, so that dropping them is rare.
    if (masks_.size() > masks_max_ + masks_max_ / 4 + 1) DropGreatestIds();
    const auto found = ids_.Find(line);
    if (found.is_new) *found.note = PlaceOf(found.id, found.mask);
    ++masks_[*found.note].lines;
    return found.id;
}

uint32_t TemplateMiner::PlaceOf(int64_t id, std::string_view text) {
    if (id > id_max_) return kOthers;
    const uint32_t known = *Find(id);
    if (known == 0) {
        masks_.push_back({.id = id, .text = texts_.Keep(text)});
        Enter(masks_.size() - 1);
        return static_cast<uint32_t>(masks_.size() - 1);
    }
    // Should two masks ever share an id, they share the text that sorts first, whichever came first.
    if (text < masks_[known].text) masks_[known].text = texts_.Keep(text);
    return known;
}

/// Where the place of the mask is, or will be.
auto TemplateMiner::Find(int64_t id) const -> std::vector<uint32_t>::const_iterator {
    size_t at = static_cast<size_t>(id) & (places_.size() - 1);
    while (places_[at] != 0 && masks_[places_[at]].id != id) at = (at + 1) & (places_.size() - 1);
    return places_.begin() + static_cast<std::ptrdiff_t>(at);
}

void TemplateMiner::Enter(size_t place) {
    if (2 * masks_.size() > places_.size()) {
        places_.assign(places_.size() * 4, 0);
        for (size_t before = 1; before < place; ++before) Enter(before);
    }
    places_[static_cast<size_t>(Find(masks_[place].id) - places_.begin())] = static_cast<uint32_t>(place);
}

void TemplateMiner::DropGreatestIds() {
    const auto first = masks_.begin() + 1, end = first + static_cast<std::ptrdiff_t>(masks_max_);
    std::nth_element(first, end, masks_.end(), [](const Mask& a, const Mask& b) { return a.id < b.id; });
    id_max_ = end->id - 1;
    for (auto dropped = end; dropped != masks_.end(); ++dropped) masks_[kOthers].lines += dropped->lines;
    masks_.erase(end, masks_.end());

    const TextBlocks texts_before = std::exchange(texts_, {});
    places_.assign(places_.size(), 0);
    for (size_t place = 1; place < masks_.size(); ++place) {
        masks_[place].text = texts_.Keep(masks_[place].text);
        Enter(place);
    }
    ids_.Forget();  // it notes places
}

std::vector<LogTemplate> TemplateMiner::Finish() {
    if (masks_.size() > masks_max_ + 1) DropGreatestIds();
    const size_t first = masks_[kOthers].lines > 0 ? kOthers : kOthers + 1;
    std::vector<std::string_view> texts;
    texts.reserve(masks_.size());
    for (size_t place = first; place < masks_.size(); ++place) texts.push_back(masks_[place].text);
    MergedMasks merged = MergeMasks(texts);

    std::vector<LogTemplate> templates;
    templates.reserve(merged.texts.size());
    for (std::string& text : merged.texts) templates.push_back({std::move(text), 0});
    for (size_t i = 0; i < texts.size(); ++i) {
        Mask& mask = masks_[first + i];
        mask.template_index = merged.template_of[i];
        templates[merged.template_of[i]].lines += mask.lines;
    }
    return templates;
}

int64_t TemplateMiner::TemplateOf(int64_t mask_id) const {
    return masks_[*Find(mask_id)].template_index;
}

}  // namespace dagy::lake
