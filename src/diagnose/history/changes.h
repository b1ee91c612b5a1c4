/// What was changed before the failure began, and whether that explains it.
///
/// A change explains (score ≥ 0.5) only if it lies between the last good run of the failing task and the onset, is of
/// something that the task uses, and is of a kind that can have this error as its effect. Everything else near the
/// onset is listed below 0.5.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diagnose/case_file.h"
#include "diagnose/finding.h"
#include "diagnose/history/timeline.h"

namespace dagy::diagnose {

/// What the failing task says and uses, as far as is recorded.
struct FailureView {
    std::string code;         ///< of the cause; empty or INSUFFICIENT_EVIDENCE: none
    std::string error_text;   ///< messages, frames and error lines of its last attempt, and the cause's captures
    std::string task_source;  ///< TaskSource of the failing task in the onset's version
    std::string shared_source;
    std::string dag_source;
    std::string dag_id;
    std::vector<std::string> connections;  ///< connection ids that its log or fields name
    std::string pool;
    std::optional<Time> last_good;  ///< start of the last good run of the task
    Time onset{};                   ///< end of the first failing attempt
    Time onset_start{};             ///< start of the first failing run

    bool HasCause() const { return !code.empty() && code != "INSUFFICIENT_EVIDENCE"; }
    bool InWindow(Time ts) const { return ts <= onset && (!last_good || ts >= *last_good); }
    bool InError(std::string_view name) const;
    bool InTask(std::string_view name) const;
};

FailureView ViewOf(const CaseFile& file, const Findings& so_far, const Subject& subject, const Timeline& line);

/// Best first; at most 50.
std::vector<ChangeSignal> FindChanges(const CaseFile& file, const Findings& so_far, const Subject& subject,
                                      const Timeline& line);

/// Connections, variables, pools: audit rows and `change` lines.
void AddSettingChanges(const CaseFile& file, const FailureView& view, std::vector<ChangeSignal>& changes);
/// Dag versions, sources put in place, import errors, bundles, packages.
void AddCodeChanges(const CaseFile& file, const FailureView& view, const Subject& subject, const Timeline& line,
                    std::vector<ChangeSignal>& changes);
/// DDL and grants that other runs executed between the last good run and the onset.
void AddSchemaChanges(const CaseFile& file, const FailureView& view, std::vector<ChangeSignal>& changes);

/// Something that the dag uses, or its code, was changed in (from, to].
bool ChangedBetween(const CaseFile& file, const FailureView& view, const Subject& subject, const RunFile& failed,
                    const RunFile& good);

}  // namespace dagy::diagnose
