/// Airflow's audit rows in the words of a diagnosis.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diagnose/case_file.h"
#include "diagnose/reading.h"
#include "model/run.h"

namespace dagy::diagnose {

/// The row says that a person (or a program in a person's name) set the run, or a task of it, to failed.
bool SetsRunFailed(const model::SourceEvent& event);
bool SetsTaskFailed(const model::SourceEvent& event);

/// The row belongs to that run; rows of older sources name the run in `extra` only.
bool IsOf(const model::SourceEvent& event, const std::string& dag_id, const std::string& run_id);

/// `task_id` with the map index, as attempts write it: `name[3]`.
std::string TaskOf(const model::SourceEvent& event);

/// The rows of one run by task, so that a dag of thousands of tasks is gone through once. The case file outlives it.
class TaskEvents {
  public:
    TaskEvents(const CaseFile& file, const model::Run& run);
    /// In order; `task_id` with its map index.
    const std::vector<const model::SourceEvent*>& Of(const std::string& task_id) const;

  private:
    std::map<std::string, std::vector<const model::SourceEvent*>> by_task_;
};

/// All text of `extra`, in one piece, for rows whose extra is a sentence.
std::string ExtraText(const model::SourceEvent& event);

/// The row as a proof: `patch_connection fx_feed by Anonymous {…}`.
Proof AuditProof(const model::SourceEvent& event);

}  // namespace dagy::diagnose
