/// SHA-256, whole or in pieces.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace dagy {

/// 64 lower-case hex digits.
std::string Sha256Hex(std::string_view bytes);

/// Fast 64-bit hash for grouping (FNV-1a with a final mix), the same on every machine and run; not for secrets.
uint64_t Hash64(std::string_view bytes, uint64_t seed = 0);

/// Hash of a stream.
class Sha256 {
  public:
    Sha256();
    ~Sha256();
    void Add(std::string_view bytes);
    /// Of what was added so far; the stream goes on.
    std::string HexSoFar() const;
    /// Ends the stream.
    std::string Hex();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace dagy
