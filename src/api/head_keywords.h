/// Keywords of the run search over the heads of phases: what a phase says of itself, where its rows are, its first
/// rows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/run_search.h"
#include "lake/text_pattern.h"

namespace dagy::api {

/// For one request.
class HeadKeywords {
  public:
    HeadKeywords(const std::vector<PhaseFilter>& filters, lake::Lake& lake, const RunSearchQuery& query,
                 std::string default_deployment);

    /// The phases that are to be read.
    const std::vector<model::EtlPhase>& phases() const { return phases_; }
    /// False: the head has not the keyword of its phase, which is found out without copying anything.
    bool MayBeIn(const store::HeadGlance& head) const;
    /// Whether the run has each keyword in its phase.
    bool In(const store::RunHeads& run) const;
    /// Whether it has the keyword of this filter, by its place in `filters`.
    bool In(const store::RunHeads& run, size_t filter) const;

  private:
    struct Keyword {
        lake::TextPattern text;
        /// Letters and digits that are in any text that has the keyword; nothing where there are too few to tell.
        std::optional<lake::TextPattern> word;
        bool is_number = false;  ///< digits alone
    };

    bool MayBeSaid(const store::HeadGlance& head, const Keyword& keyword) const;
    bool InHead(const store::RunHeads& run, const store::PhaseHead& head, const Keyword& keyword) const;
    bool InSaid(const store::RunHeads& run, const store::PhaseHead& head, const Keyword& keyword) const;
    bool InRows(const store::PhaseHead& head, const Keyword& keyword) const;

    lake::Lake& lake_;
    const RunSearchQuery& query_;
    const std::string default_deployment_;
    std::vector<model::EtlPhase> phases_;  // of each filter
    std::vector<Keyword> keywords_;
};

}  // namespace dagy::api
