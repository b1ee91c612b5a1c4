#include "lake/template_ids.h"

namespace dagy::lake {
namespace {

// Few lines need few: most logs have tens of templates.
constexpr size_t kSlotsFirst = 256, kKnownMax = 4096;
constexpr size_t kSkeletonBytesMax = 512;

}  // namespace

TemplateIds::Found TemplateIds::Find(std::string_view line) {
    const std::string_view skeleton = skeleton_.Of(line);
    if (skeleton.size() > kSkeletonBytesMax) {
        const std::string_view mask = mask_.Apply(skeleton);
        note_of_long_ = 0;
        return {TemplateId(mask), &note_of_long_, true, mask};
    }
    if (known_.size() >= slots_.size() / 2) MakeRoom();
    const uint64_t hash = QuickHash(skeleton);
    size_t slot = hash & (slots_.size() - 1);
    for (; slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
        Known& known = known_[slots_[slot] - 1];
        if (known.hash == hash && known.skeleton == skeleton) return {known.id, &known.note, false, {}};
    }
    const std::string_view mask = mask_.Apply(skeleton);
    Known& known = known_.emplace_back(Known{hash, TemplateId(mask), skeletons_.Keep(skeleton), 0});
    slots_[slot] = static_cast<uint32_t>(known_.size());
    return {known.id, &known.note, true, mask};
}

void TemplateIds::Forget() {
    known_.clear();
    slots_.assign(slots_.size(), 0);
    skeletons_.Clear();
}

/// What is in use comes back soon.
void TemplateIds::MakeRoom() {
    if (known_.size() >= kKnownMax) return Forget();
    const size_t slots = slots_.empty() ? kSlotsFirst : slots_.size() * 4;
    slots_.assign(slots, 0);
    known_.reserve(slots / 2);
    for (uint32_t place = 1; place <= known_.size(); ++place) {
        size_t slot = known_[place - 1].hash & (slots - 1);
        while (slots_[slot] != 0) slot = (slot + 1) & (slots - 1);
        slots_[slot] = place;
    }
}

}  // namespace dagy::lake
