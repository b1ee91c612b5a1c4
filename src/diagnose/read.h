/// Reads the log of one attempt: rows in, `Reading` out, in one pass and bounded memory.
#pragma once

#include <memory>
#include <span>
#include <stop_token>
#include <string>

#include "diagnose/case_file.h"
#include "diagnose/knowledge.h"
#include "diagnose/reading.h"

namespace dagy::diagnose {

/// Feed rows in their order; errors before, between or after them. One thread.
class AttemptReader {
  public:
    AttemptReader(const Knowledge& knowledge, model::PhaseRef ref, std::string dag_id, std::string run_id,
                  std::string task_id);
    ~AttemptReader();

    void Add(std::span<const model::LogRow> rows);
    void AddErrors(std::span<const model::ErrorRow> rows);

    /// Ends the log. Call once.
    Reading Finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// What one diagnosis may read; handed from attempt to attempt.
struct ReadBounds {
    int64_t whole_rows_max = 8'000'000;  ///< of a longer log only head and tail are read
    int64_t rows_left = 16'000'000;      ///< of all logs together; of what does not fit the ends are read
    std::stop_token stop;                ///< ends the reading soon after it is requested; the reading is then of no use
};

/// Reads the rows of a log within `bounds` and counts them there; `complete` is false where rows were left out
/// (`skipped_rows` of them).
Reading ReadAttempt(const Knowledge& knowledge, LogSource& logs, const RunFile& run, const model::TaskAttempt& attempt,
                    ReadBounds& bounds);

}  // namespace dagy::diagnose
