#include "diagnose/service/guidance_book.h"

#include <algorithm>

namespace dagy::diagnose {

std::shared_ptr<const Guidance> GuidanceBook::For(const std::string& org) {
    if (store_ == nullptr) return nullptr;
    const int64_t version = store_->CurrentVersion(org);
    if (version == 0) return nullptr;
    if (auto known = Look(org, version)) return known;
    const auto text = store_->Find(org, version);
    if (!text) return nullptr;
    std::vector<GuidanceFault> faults;
    auto guidance = Guidance::Read(text->yaml, version, faults);
    std::lock_guard lock(mutex_);
    std::erase_if(kept_, [&](const Kept& kept) { return kept.first == org; });
    kept_.emplace_front(org, guidance);
    if (kept_.size() > kept_max_) kept_.pop_back();
    return guidance;
}

std::shared_ptr<const Guidance> GuidanceBook::Look(const std::string& org, int64_t version) {
    std::lock_guard lock(mutex_);
    const auto found = std::ranges::find(kept_, org, &Kept::first);
    if (found == kept_.end() || found->second->version() != version) return nullptr;
    kept_.splice(kept_.begin(), kept_, found);
    return found->second;
}

}  // namespace dagy::diagnose
