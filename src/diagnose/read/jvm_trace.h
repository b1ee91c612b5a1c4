/// Java and Scala stack traces, line by line: `Caused by`, `Suppressed`, frames with or without their indentation.
#pragma once

#include <optional>
#include <string_view>

#include "diagnose/read/line.h"
#include "diagnose/reading.h"

namespace dagy::diagnose {

class JvmTraceReader {
  public:
    /// True if the line was a part of a trace. Give it every line that may begin one, and all lines while `is_open`.
    bool Add(const Line& line);
    bool is_open() const { return open_; }
    /// Frames or causes were seen: it is a trace indeed.
    bool is_proven() const { return open_ && proven_; }
    void End();
    /// A finished chain, outermost exception first. Only traces with at least one frame or cause count.
    std::optional<ExceptionChain> Take();

  private:
    bool Start(const Line& line, std::string_view text);

    bool open_ = false;
    bool in_frames_ = false;
    bool proven_ = false;
    bool suppressed_ = false;
    int between_ = 0;
    ExceptionChain chain_;
    std::optional<ExceptionChain> done_;
};

/// The traces inside a text, such as the message of py4j's exception. `row` is given to all exceptions.
std::optional<ExceptionChain> ParseJvmTrace(std::string_view text, int64_t row);

}  // namespace dagy::diagnose
