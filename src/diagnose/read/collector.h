/// Keeps what an attempt's log said, within bounds: signals once each, templates, the last words, heads of error lines.
#pragma once

#include <array>
#include <map>
#include <string>
#include <unordered_map>

#include "diagnose/read/line.h"
#include "diagnose/reading.h"

namespace dagy::diagnose {

class Collector {
  public:
    explicit Collector(Reading& reading) : reading_(reading) {}

    /// Any line: its template, its place among the last words.
    void Note(const Line& line, std::string_view recorded);
    /// A line worth judging. A repeated one (same template) moves to its last place.
    void AddSignal(std::string name, std::string value, const Line& line, std::string_view recorded,
                   model::Level level);
    void AddChain(ExceptionChain chain);
    /// An error row will ask what its log row said.
    struct Head {
        std::string message, logger;
        model::Level level = model::Level::kInfo;
        bool is_orchestrator = false;
    };
    void NoteHead(const Line& line);
    const Head* FindHead(int64_t row) const;

    /// Moves all into the reading, in order.
    void Finish();

  private:
    struct Words {
        int64_t row = -1;
        std::string text, logger;
        std::optional<Time> ts;
        model::Level level = model::Level::kInfo;
    };

    Reading& reading_;
    std::unordered_map<uint64_t, int64_t> templates_;
    std::unordered_map<uint64_t, size_t> signal_index_;
    std::vector<Signal> signals_;
    std::vector<ExceptionChain> chains_;
    std::map<int64_t, Head> heads_;
    std::array<Words, 4> last_;
    size_t next_ = 0;
};

}  // namespace dagy::diagnose
