#include "lake/template_ids.h"

#include <utility>

namespace dagy::lake {
namespace {

constexpr size_t kSlots = 4096;  // a power of two; pairs of neighbours share their lines
constexpr size_t kSkeletonBytesMax = 512;

}  // namespace

TemplateIds::Found TemplateIds::Find(std::string_view line) {
    const std::string_view skeleton = skeleton_.Of(line);
    if (skeleton.size() > kSkeletonBytesMax) {
        const std::string_view mask = mask_.Apply(skeleton);
        return {TemplateId(mask), true, mask};
    }
    if (slots_.empty()) slots_.resize(kSlots);
    const uint64_t hash = QuickHash(skeleton);
    const size_t place = hash & (kSlots - 1);
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
    return {slot.id, true, mask};
}

}  // namespace dagy::lake
