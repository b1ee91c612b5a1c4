/// Python tracebacks, line by line: chained, grouped, with notes, with indentation lost, with other lines between.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "diagnose/read/line.h"
#include "diagnose/reading.h"

namespace dagy::diagnose {

/// Reads one stream of lines. Give it every line once a traceback has begun, and each line that may begin one.
class PythonTraceReader {
  public:
    /// True if the line was a part of a traceback. A chain that this line ends is then in `Take`.
    bool Add(const Line& line);
    /// Inside a traceback: each line must be given.
    bool is_open() const { return state_ != State::kIdle; }
    /// Ends what is open.
    void End();
    /// A finished chain, outermost exception first.
    std::optional<ExceptionChain> Take();

  private:
    enum class State { kIdle, kFrames, kMessage, kLinked, kBox };

    void Begin(const Line& line, std::string_view text);
    /// A frame without a head before it.
    bool BeginHeadless(const Line& line, std::string_view text);
    bool AddFrameLine(const Line& line, std::string_view text, size_t indent);
    /// A line of a traceback that Rich has drawn a box around.
    void AddBoxLine(std::string_view text);
    bool AddMessageLine(const Line& line, std::string_view text);
    void CloseException();
    bool IsExceptionLine(std::string_view text, size_t indent) const;
    void StartException(const Line& line, std::string_view text);

    State state_ = State::kIdle;
    ExceptionChain chain_;  ///< in Python's order while open: deepest first
    std::optional<Exception> current_;
    Exception::Link next_link_ = Exception::Link::kNone;
    size_t indent_ = 0;
    bool flat_ = false;  ///< the stream has lost its indentation
    bool after_file_ = false;
    bool group_ = false;
    int foreign_ = 0;
    int message_lines_ = 0;
    bool blank_ = false;
    std::string box_path_;  ///< the first half of a frame's place that did not fit on a line of the box
    std::string head_;      ///< text before the first traceback, on its row
    std::optional<ExceptionChain> done_;
};

/// A whole traceback text, as an error record holds it. `row` is given to all exceptions.
std::optional<ExceptionChain> ParsePythonTrace(std::string_view text, int64_t row);

/// `Name`, `pkg.Name` that may be an exception's class, at the front of `text`, followed by `: `, the end or a bracket;
/// its length, or 0.
size_t ClassNameLength(std::string_view text);

}  // namespace dagy::diagnose
