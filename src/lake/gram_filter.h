/// Which substrings the texts of a block of rows may hold: "no" is always true, "maybe" is usually so.
///
/// Two Bloom filters over the case-folded bytes. The short one has every gram of 1, 2 and 3 bytes, so that a substring
/// of any length and any bytes has something to ask for. The long one has the minimizers of 7-byte grams: of each six
/// neighbours the one with the least hash, those that are mostly digits first. Whoever looks for 12 bytes or more knows
/// at least one window of six wholly, and so a gram that must be there; that is what tells apart lines full of ids,
/// which between them have all short grams.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dagy::lake {

/// What of a folded substring a filter can be asked for.
class GramQuery {
  public:
    explicit GramQuery(std::string_view folded);
    /// An empty substring: nothing can be ruled out.
    bool Empty() const { return shorts_.empty(); }

  private:
    friend class GramFilter;
    std::vector<uint32_t> shorts_;
    std::vector<uint32_t> longs_;
};

/// A set of hashes, open addressing.
class GramSet {
  public:
    void Insert(uint32_t gram);
    size_t size() const { return size_ + (has_zero_ ? 1 : 0); }
    void Clear();
    template <class Visit>
    void Each(const Visit& visit) const {
        if (has_zero_) visit(uint32_t{0});
        for (const uint32_t slot : slots_)
            if (slot != 0) visit(slot);
    }

  private:
    void Grow();
    std::vector<uint32_t> slots_;
    size_t size_ = 0;
    bool has_zero_ = false;
};

/// Collects the texts of one block after the other; keeps its memory between them. Not thread-safe.
class GramFilterBuilder {
  public:
    void Add(std::string_view text);
    /// The filter of what was added since the last one, at most `bytes_max` (and never less than a few dozen) bytes.
    /// `seal` says what it describes; only who knows it can open it.
    std::string Finish(size_t bytes_max, uint64_t seal);

  private:
    void AddShorts();
    void AddLongs();

    std::string folded_;
    std::vector<uint32_t> hashes_;
    GramSet shorts_, longs_;
    std::vector<uint32_t> recent_;
    bool too_many_ = false;
};

/// A built filter; views its bytes.
class GramFilter {
  public:
    /// Nothing if the bytes are damaged, of another version, or describe something else.
    static std::optional<GramFilter> Open(std::string_view bytes, uint64_t seal);
    /// Of bytes that were opened before.
    explicit GramFilter(std::string_view good_bytes);

    bool MayContain(const GramQuery& query) const;

  private:
    const char* shorts_ = nullptr;
    const char* longs_ = nullptr;
    uint32_t short_bits_ = 0, long_bits_ = 0, long_hashes_ = 0;
};

/// The seal of rows [first_row, first_row + rows) of the object with this hash.
uint64_t SealOf(std::string_view sha256, int64_t first_row, int64_t rows);

}  // namespace dagy::lake
