/// What the log of one attempt says, read once from its first byte to its last in bounded memory. Pure: rows in,
/// reading out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/record.h"

namespace dagy::diagnose {

/// Where a claim can be checked: a log or error row, a source event, a fact, a line of code, an attempt's state.
struct Proof {
    enum class Kind { kLog, kError, kData, kAudit, kHistory, kCode };
    Kind kind = Kind::kLog;
    std::string dag_id, run_id, task_id;
    int attempt = 0;
    int64_t row = -1;  ///< log or error row; source line for code; -1 for none
    std::optional<Time> ts;
    std::string text;  ///< the bytes as recorded (a log row's message; an error's traceback or detail; a piece of them)
    std::string event_id;  ///< audit
    bool operator==(const Proof&) const = default;
};

struct Frame {
    std::string file;
    int line = 0;
    std::string function;
    std::string code;           ///< the source line where the traceback has it
    bool is_user_code = false;  ///< not in site-packages, the standard library or the orchestrator
};

/// One exception of a chain.
struct Exception {
    std::string type;  ///< as written: `psycopg2.errors.UniqueViolation`, `KeyError`, `java.net.UnknownHostException`
    std::string message;  ///< whole, may be multi-line
    std::vector<std::string> notes;
    std::vector<Frame> frames;  ///< outermost first; last is where it was raised
    /// How the next outer exception relates to this one.
    enum class Link { kNone, kCause, kContext, kGroupMember } link = Link::kNone;
    std::vector<std::string> sql_states;  ///< found in class or text
    std::string language = "python";      ///< python | jvm | node | go | sql …
    int64_t row = -1;                     ///< log row at which its type line stands (or of the record that carries it)
    int64_t last_row = -1;
    bool from_error_record = false;  ///< row is an error row's log_row, text comes from the structured record

    std::string ShortType() const;  ///< last dotted part
};

/// One failure as the log tells it: a chain of exceptions, deepest last.
struct ExceptionChain {
    std::vector<Exception> exceptions;  ///< outermost (last raised) first, deepest cause last
    int64_t first_row = -1, last_row = -1;
    std::string
        where;  ///< task | callback | teardown | output (task's stdout or stderr) | orchestrator | retry_warning
    model::Level level = model::Level::kError;
    std::optional<Time> ts;
};

/// A line (or joined lines) worth judging that is no exception: an error, an exit code, a status, a dbt or Spark
/// message.
struct Signal {
    std::string name;   ///< exit_code | signal | http_status | sql_state | errno | dbt_error | dbt_test | spark_error |
                        ///< lifecycle | error_line | warning_line | shell_error | told_exception | system_exit |
                        ///< words | …
    std::string value;  ///< "127", "SIGKILL", "503", "23505", "ENOSPC" …
    std::string text;   ///< the message as recorded
    int64_t row = -1;
    model::Level level = model::Level::kInfo;
    std::string logger;
    bool is_orchestrator = false;  ///< said by Airflow itself, not by the task
    std::optional<Time> ts;
};

/// What one attempt's log says.
struct Reading {
    model::PhaseRef ref;
    std::string dag_id, run_id, task_id;
    int attempt = 1;
    int64_t rows = 0;
    int64_t bytes = 0;
    bool has_log = false;
    bool cut_short = false;  ///< it just stops: no end of the task is told
    bool complete = true;    ///< false: too long, only parts were read (which parts are in `skipped_rows`)
    int64_t skipped_rows = 0;
    std::vector<ExceptionChain> chains;  ///< in order of appearance, bounded
    std::vector<Signal> signals;         ///< in order of appearance, bounded, repeated ones counted once
    std::optional<int> exit_code;
    std::optional<int> signal_number;
    std::vector<std::string> connection_ids;  ///< that the log or its task's code names
    std::vector<std::string> urls;            ///< hosts, destinations named by the failing part
    std::optional<Time> first_ts, last_ts;
    int64_t error_lines = 0, warning_lines = 0;
    /// Templates of its lines (hash → count), for the contrast with good runs; bounded.
    std::vector<std::pair<uint64_t, int64_t>> templates;
};

}  // namespace dagy::diagnose
