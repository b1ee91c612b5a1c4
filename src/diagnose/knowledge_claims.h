/// What a sentence is about and what it says of that, for messages that no pattern knows: `the vault refused our
/// password` tells of a credential that is wrong, whoever words it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dagy::diagnose {

/// A thing and a state that stand in one clause mean a code.
struct Claim {
    std::vector<std::string> things, states;  ///< names of words; any of each
    std::string code;
    double score = 0.8;
    std::vector<std::string> yes, no;  ///< examples and counter-examples, tried by the tests
};

struct ClaimMatch {
    const Claim* claim = nullptr;
    std::string_view words;  ///< from the thing to the state, inside the text
};

/// Immutable once loaded; safe to share between threads.
class ClaimSet {
  public:
    ClaimSet();
    ~ClaimSet();
    ClaimSet(ClaimSet&&) noexcept;
    ClaimSet& operator=(ClaimSet&&) noexcept;

    /// What is wrong with the words or their regex, or nothing.
    std::string AddThing(std::string name, std::string regex, bool checks);
    std::string AddState(std::string name, std::string regex, bool checks);
    /// What is wrong with the names that it uses, or nothing.
    std::string AddClaim(Claim claim);

    const std::vector<Claim>& claims() const;
    /// The claim with the best score; of equal ones that whose words stand closest. Reads the first 800 bytes.
    std::optional<ClaimMatch> Find(std::string_view text) const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace dagy::diagnose
