#include "diagnose/knowledge_claims.h"

#include <re2/re2.h>

#include <algorithm>
#include <mutex>

namespace dagy::diagnose {
namespace {

constexpr size_t kTextBytesMax = 800;
/// Farther apart, a thing and a state are not said of each other.
constexpr size_t kGapMax = 40;

struct Place {
    size_t begin = 0, end = 0;
};

/// A word that is looked for, compiled when it is first needed.
class Word {
  public:
    Word(std::string name, std::string regex) : name_(std::move(name)), regex_(std::move(regex)) {}

    const std::string& name() const { return name_; }

    std::vector<Place> In(std::string_view clause) const {
        std::call_once(compiled_, [this] { re_ = Compile(regex_); });
        std::vector<Place> places;
        re2::StringPiece rest(clause.data(), clause.size()), found;
        while (re2::RE2::FindAndConsume(&rest, *re_, &found)) {
            const auto begin = static_cast<size_t>(found.data() - clause.data());
            if (found.empty()) break;
            places.push_back({begin, begin + found.size()});
        }
        return places;
    }

    static std::unique_ptr<re2::RE2> Compile(const std::string& regex) {
        return std::make_unique<re2::RE2>(R"((?i)(?:^|[^\w])()" + regex + R"()(?:$|[^\w]))", re2::RE2::Quiet);
    }

  private:
    std::string name_, regex_;
    mutable std::once_flag compiled_;
    mutable std::unique_ptr<re2::RE2> re_;
};

using Words = std::vector<std::unique_ptr<Word>>;

bool Knows(const Words& words, const std::string& name) {
    return std::ranges::any_of(words, [&](const auto& word) { return word->name() == name; });
}

std::string Add(Words& words, std::string name, std::string regex, bool checks) {
    if (Knows(words, name)) return "repeats '" + name + "'";
    if (checks)
        if (const auto re = Word::Compile(regex); !re->ok()) return "'" + name + "' is no regex: " + re->error();
    words.push_back(std::make_unique<Word>(std::move(name), std::move(regex)));
    return {};
}

/// Where the clause that begins at `at` ends: a sentence's end, a new line, a semicolon, a dash between blanks.
size_t ClauseEnd(std::string_view text, size_t at) {
    for (size_t i = at; i < text.size(); ++i) {
        const char c = text[i];
        const bool blank_follows = i + 1 == text.size() || text[i + 1] == ' ' || text[i + 1] == '\n';
        if (c == '\n' || c == ';' || ((c == '.' || c == '!' || c == '?') && blank_follows)) return i;
        if (c == '-' && i > at && text[i - 1] == ' ' && blank_follows) return i;
    }
    return text.size();
}

}  // namespace

struct ClaimSet::State {
    Words things, states;
    std::vector<Claim> claims;
};

ClaimSet::ClaimSet() : state_(std::make_unique<State>()) {}
ClaimSet::~ClaimSet() = default;
ClaimSet::ClaimSet(ClaimSet&&) noexcept = default;
ClaimSet& ClaimSet::operator=(ClaimSet&&) noexcept = default;

std::string ClaimSet::AddThing(std::string name, std::string regex, bool checks) {
    return Add(state_->things, std::move(name), std::move(regex), checks);
}

std::string ClaimSet::AddState(std::string name, std::string regex, bool checks) {
    return Add(state_->states, std::move(name), std::move(regex), checks);
}

std::string ClaimSet::AddClaim(Claim claim) {
    for (const auto& name : claim.things)
        if (!Knows(state_->things, name)) return "names the unknown thing '" + name + "'";
    for (const auto& name : claim.states)
        if (!Knows(state_->states, name)) return "names the unknown state '" + name + "'";
    if (claim.things.empty() || claim.states.empty()) return "needs a thing and a state";
    state_->claims.push_back(std::move(claim));
    return {};
}

const std::vector<Claim>& ClaimSet::claims() const {
    return state_->claims;
}

std::optional<ClaimMatch> ClaimSet::Find(std::string_view whole) const {
    const std::string_view text = whole.substr(0, kTextBytesMax);
    std::optional<ClaimMatch> best;
    double best_score = 0;
    size_t best_gap = 0;
    for (size_t at = 0; at < text.size();) {
        const size_t end = ClauseEnd(text, at);
        const std::string_view clause = text.substr(at, end - at);
        at = end + 1;
        std::vector<std::pair<const std::string*, std::vector<Place>>> things, states;
        for (const auto& word : state_->things)
            if (auto places = word->In(clause); !places.empty()) things.emplace_back(&word->name(), std::move(places));
        if (things.empty()) continue;
        for (const auto& word : state_->states)
            if (auto places = word->In(clause); !places.empty()) states.emplace_back(&word->name(), std::move(places));
        if (states.empty()) continue;
        const auto consider = [&](const Claim& claim, const Place& thing, const Place& state) {
            const bool thing_first = thing.begin < state.begin;
            const Place& first = thing_first ? thing : state;
            const Place& second = thing_first ? state : thing;
            if (second.begin < first.end || second.begin - first.end > kGapMax) return;
            const size_t gap = second.begin - first.end;
            if (best && (claim.score < best_score || (claim.score == best_score && gap >= best_gap))) return;
            best = ClaimMatch{&claim, clause.substr(first.begin, second.end - first.begin)};
            best_score = claim.score;
            best_gap = gap;
        };
        for (const Claim& claim : state_->claims)
            for (const auto& [thing, thing_places] : things) {
                if (std::ranges::find(claim.things, *thing) == claim.things.end()) continue;
                for (const auto& [state, state_places] : states) {
                    if (std::ranges::find(claim.states, *state) == claim.states.end()) continue;
                    for (const Place& a : thing_places)
                        for (const Place& b : state_places) consider(claim, a, b);
                }
            }
    }
    return best;
}

}  // namespace dagy::diagnose
