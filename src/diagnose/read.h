/// Reads the log of one attempt: rows in, `Reading` out, in one pass and bounded memory.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "diagnose/case_file.h"
#include "diagnose/knowledge.h"
#include "diagnose/reading.h"

namespace dagy::diagnose {

/// Feed rows in their order; errors before, between or after them. One thread.
class AttemptReader {
  public:
    AttemptReader(const Knowledge& knowledge, model::PhaseRef ref, std::string dag_id, std::string run_id, std::string task_id);
    ~AttemptReader();

    void Add(std::span<const model::LogRow> rows);
    void AddErrors(std::span<const model::ErrorRow> rows);

    /// Ends the log. Call once.
    Reading Finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Reads all rows of logs up to a bound; of longer ones the head and the tail (`complete` false, `skipped_rows` says how many).
Reading ReadAttempt(const Knowledge& knowledge, LogSource& logs, const RunFile& run, const model::TaskAttempt& attempt);

}  // namespace dagy::diagnose
