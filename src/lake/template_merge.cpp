#include "lake/template_merge.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <numeric>
#include <utility>

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

struct Word {
    std::string_view text;
    uint64_t hash = 0;  ///< of the text and its place
    bool is_constant = false;
};

/// The place is mixed in well (as SplitMix64 does), so that the sum of a mask's hashes tells the order of its words.
Word WordAt(size_t place, std::string_view text) {
    uint64_t hash = std::hash<std::string_view>{}(text) + (place + 1) * 0x9e3779b97f4a7c15ULL;
    hash = (hash ^ hash >> 30) * 0xbf58476d1ce4e5b9ULL;
    hash = (hash ^ hash >> 27) * 0x94d049bb133111ebULL;
    return {text, hash ^ hash >> 31, IsConstant(text)};
}

/// How many templates share each of their gaps.
class GapWidths {
  public:
    void Empty(size_t gaps_max) { slots_.assign(std::bit_ceil(2 * gaps_max + 1), {}); }
    void Count(uint64_t hash) {
        Slot& slot = slots_[Find(hash)];
        slot.hash = hash;
        ++slot.width;
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

/// What became of each mask.
struct Fates {
    std::vector<uint32_t> joined;    ///< the mask whose template took it in; itself if none did
    std::vector<std::string> texts;  ///< of its template; empty: the mask
};

/// Masks of one number of words, each a template until another takes it in.
class Peers {
  public:
    Peers(std::span<const std::string_view> masks, Fates& fates) : masks_(masks), fates_(fates) {}

    void Merge(std::span<const uint32_t> members, size_t width) {
        Take(members, width);
        for (int round = 0; round < kRounds && OpenWidestGaps(); ++round) Join();
        for (const Peer& peer : peers_)
            if (peer.is_open) fates_.texts[peer.mask] = Text(peer);
    }

  private:
    struct Peer {
        uint32_t mask = 0;
        uint32_t constants = 0;
        uint64_t sum = 0;  ///< of the words' hashes, so that one can be taken out again
        size_t first_word = 0;
        bool is_open = false;

        bool HasGaps() const { return constants > kWordsMin; }
        /// Hash of all words but the one at `place`: what masks that differ there only have in common.
        uint64_t HashWithout(const Word& word, size_t place) const {
            return ((sum - word.hash) ^ place) * 0xd6e8feb86659fd93ULL;
        }
    };

    void Take(std::span<const uint32_t> members, size_t width) {
        width_ = width;
        words_.clear();
        peers_.clear();
        for (const uint32_t member : members) {
            Peer& peer = peers_.emplace_back(Peer{.mask = member, .first_word = words_.size()});
            std::string_view rest = masks_[member];
            for (size_t place = 0; place < width; ++place) {
                const size_t end = std::min(rest.find(' '), rest.size());
                const Word& word = words_.emplace_back(WordAt(place, rest.substr(0, end)));
                peer.sum += word.hash;
                peer.constants += word.is_constant;
                rest.remove_prefix(std::min(rest.size(), end + 1));
            }
        }
    }

    std::span<Word> WordsOf(const Peer& peer) { return std::span(words_).subspan(peer.first_word, width_); }

    bool OpenWidestGaps() {
        size_t gaps = 0;
        for (const Peer& peer : peers_) gaps += peer.HasGaps() ? peer.constants : 0;
        widths_.Empty(gaps);
        for (const Peer& peer : peers_) {
            if (!peer.HasGaps()) continue;
            const std::span<const Word> words = WordsOf(peer);
            for (size_t i = 0; i < width_; ++i)
                if (words[i].is_constant) widths_.Count(peer.HashWithout(words[i], i));
        }
        bool opened = false;
        for (Peer& peer : peers_) opened |= peer.HasGaps() && OpenWidestGap(peer);
        return opened;
    }

    /// At the place at which most masks differ from this one and from nothing else, if there are enough of them; ties
    /// go to the first place.
    bool OpenWidestGap(Peer& peer) {
        const std::span<Word> words = WordsOf(peer);
        size_t best = width_, best_width = kDistinctMin - 1;
        for (size_t i = 0; i < width_; ++i) {
            if (!words[i].is_constant) continue;
            const size_t width = widths_.Of(peer.HashWithout(words[i], i));
            if (width <= best_width) continue;
            best = i;
            best_width = width;
        }
        if (best == width_) return false;
        peer.sum -= words[best].hash;
        words[best] = WordAt(best, kAny);
        peer.sum += words[best].hash;
        --peer.constants;
        peer.is_open = true;
        return true;
    }

    /// Keeps one of those that are the same now.
    void Join() {
        std::sort(peers_.begin(), peers_.end(), [](const Peer& a, const Peer& b) { return a.sum < b.sum; });
        const auto same = [&](const Peer& kept, const Peer& peer) {
            const bool equal =
                kept.sum == peer.sum && std::ranges::equal(WordsOf(kept), WordsOf(peer), {}, &Word::text, &Word::text);
            if (equal) fates_.joined[peer.mask] = kept.mask;
            return equal;
        };
        peers_.erase(std::unique(peers_.begin(), peers_.end(), same), peers_.end());
    }

    std::string Text(const Peer& peer) {
        std::string text;
        for (const Word& word : WordsOf(peer)) {
            if (!text.empty()) text += ' ';
            text += word.text;
        }
        return text;
    }

    std::span<const std::string_view> masks_;
    Fates& fates_;
    size_t width_ = 0;
    std::vector<Word> words_;
    std::vector<Peer> peers_;
    GapWidths widths_;
};

size_t WordsIn(std::string_view mask) {
    return mask.empty() ? 0 : static_cast<size_t>(std::count(mask.begin(), mask.end(), ' ')) + 1;
}

Fates Merge(std::span<const std::string_view> masks) {
    std::vector<std::vector<uint32_t>> by_words;
    for (uint32_t mask = 0; mask < masks.size(); ++mask) {
        const size_t words = WordsIn(masks[mask]);
        if (words >= by_words.size()) by_words.resize(words + 1);
        by_words[words].push_back(mask);
    }
    Fates fates{std::vector<uint32_t>(masks.size()), std::vector<std::string>(masks.size())};
    std::iota(fates.joined.begin(), fates.joined.end(), 0U);
    Peers peers(masks, fates);
    for (size_t words = kWordsMin + 1; words < by_words.size(); ++words)
        if (by_words[words].size() >= kDistinctMin) peers.Merge(by_words[words], words);
    return fates;
}

}  // namespace

MergedMasks MergeMasks(std::span<const std::string_view> masks) {
    Fates fates = Merge(masks);
    std::vector<std::pair<std::string_view, uint32_t>> by_text;
    by_text.reserve(masks.size());
    for (uint32_t mask = 0; mask < masks.size(); ++mask)
        if (fates.joined[mask] == mask)
            by_text.emplace_back(fates.texts[mask].empty() ? masks[mask] : fates.texts[mask], mask);
    std::sort(by_text.begin(), by_text.end());

    MergedMasks merged;
    merged.template_of.resize(masks.size());
    merged.texts.reserve(by_text.size());
    for (const auto& [text, mask] : by_text) {
        if (merged.texts.empty() || merged.texts.back() != text) merged.texts.emplace_back(text);
        merged.template_of[mask] = static_cast<uint32_t>(merged.texts.size() - 1);
    }
    for (uint32_t mask = 0; mask < masks.size(); ++mask) {
        uint32_t last = mask;
        while (fates.joined[last] != last) last = fates.joined[last];
        merged.template_of[mask] = merged.template_of[last];
    }
    return merged;
}

}  // namespace dagy::lake
