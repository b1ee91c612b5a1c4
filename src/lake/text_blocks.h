/// Many short texts kept together, a block at a time: no allocation a text, and none moves.
#pragma once

#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace dagy::lake {

/// Not copied: its texts lie where they were first put.
class TextBlocks {
  public:
    TextBlocks() = default;
    TextBlocks(TextBlocks&&) = default;
    TextBlocks& operator=(TextBlocks&&) = default;

    /// A copy of `text`, which is at most kTextBytesMax; it lives until Clear.
    std::string_view Keep(std::string_view text) {
        if (text.size() > left_) {
            next_ = blocks_.emplace_back(std::make_unique_for_overwrite<char[]>(kBlockBytes)).get();
            left_ = kBlockBytes;
        }
        if (!text.empty()) std::memcpy(next_, text.data(), text.size());
        const std::string_view kept(next_, text.size());
        next_ += text.size();
        left_ -= text.size();
        return kept;
    }

    /// Of all blocks, the one that is being filled whole.
    size_t bytes() const { return blocks_.size() * kBlockBytes; }

    void Clear() { *this = {}; }

    static constexpr size_t kTextBytesMax = 16384;

  private:
    static constexpr size_t kBlockBytes = kTextBytesMax;

    std::vector<std::unique_ptr<char[]>> blocks_;
    char* next_ = nullptr;
    size_t left_ = 0;
};

}  // namespace dagy::lake
