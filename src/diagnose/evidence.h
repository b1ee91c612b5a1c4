/// The register of proofs: each claim of a diagnosis names its proof by a short ref (`e1`, `c1`, `s1`, `t1`, `h1`).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "diagnose/reading.h"

namespace dagy::diagnose {

/// At most so many bytes of a record stand in a ref.
inline constexpr size_t kRefTextMax = 2048;

/// The part of `text` that a ref shows: whole lines, as recorded, at most `kRefTextMax` bytes, cut at a UTF-8 boundary
/// where one line is longer. A traceback's last lines are kept (they name the exception), of everything else the first.
std::string PieceOf(std::string_view text, Proof::Kind kind);

/// Gives refs in the order in which proofs are cited first; the same proof keeps its ref. One thread.
class RefBook {
  public:
    /// `e2`. Proofs of the same record (kind, run, task, attempt, row, event) are one.
    std::string Cite(const Proof& proof);
    /// ` [e1, c1]`, or nothing without proofs; proofs without text and without a place are left out.
    std::string Mark(const std::vector<Proof>& proofs);
    std::string Mark(const Proof& proof) { return Mark(std::vector<Proof>{proof}); }

    bool Empty() const { return refs_.empty(); }
    /// A line of a log or an error is cited.
    bool HasLine() const;
    /// `evidence_refs` of the diagnosis.
    json::array ToJson() const;

  private:
    struct Entry {
        std::string ref;
        Proof proof;
    };
    std::vector<Entry> refs_;
    std::map<std::string, size_t> by_place_;
    std::map<char, int> count_;
};

/// True where there is something to show: a text, and a place where it stands.
bool IsCitable(const Proof& proof);

std::string_view Name(Proof::Kind kind);

}  // namespace dagy::diagnose
