#include "lake/template_ids.h"

#include <utility>

namespace dagy::lake {
namespace {

// Powers of two; pairs of neighbours share their lines. Few lines need few: most logs have tens of templates.
constexpr size_t kSlotsFirst = 256, kSlotsMax = 4096;
constexpr size_t kSkeletonBytesMax = 512;

}  // namespace

TemplateIds::Found TemplateIds::Find(std::string_view line) {
    const std::string_view skeleton = skeleton_.Of(line);
    if (skeleton.size() > kSkeletonBytesMax) {
        const std::string_view mask = mask_.Apply(skeleton);
        return {TemplateId(mask), true, mask};
    }
    if (slots_.size() < kSlotsMax && stored_ >= slots_.size() / 2) Grow();
    const uint64_t hash = QuickHash(skeleton);
    const size_t place = hash & (slots_.size() - 1);
    Slot& slot = slots_[place];
    Slot& neighbour = slots_[place ^ 1];
    for (const Slot* known : {&slot, &neighbour})
        if (known->hash == hash && known->id >= 0 && known->skeleton == skeleton) return {known->id, false, {}};
    const std::string_view mask = mask_.Apply(skeleton);
    // The newest stays longest.
    std::swap(slot, neighbour);
    slot.hash = hash;
    slot.id = TemplateId(mask);
    slot.skeleton = skeleton;
    ++stored_;
    return {slot.id, true, mask};
}

void TemplateIds::Grow() {
    std::vector<Slot> old(slots_.empty() ? kSlotsFirst : slots_.size() * 4);
    std::swap(old, slots_);
    for (Slot& slot : old) {
        if (slot.id < 0) continue;
        const size_t place = slot.hash & (slots_.size() - 1);
        slots_[slots_[place].id < 0 ? place : place ^ 1] = std::move(slot);
    }
}

}  // namespace dagy::lake
