/// Physical lines of a byte stream, in bounded memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "ingest/byte_source.h"

namespace dagy::ingest {

struct PhysicalLine {
    std::string_view text;    ///< without its line end (`\n` or `\r\n`); lives until the next call
    uint64_t end_offset = 0;  ///< bytes of the source up to and with the line end
    uint64_t cut_bytes = 0;   ///< bytes of the line that `text` lacks, because it is longer than the bound
    bool ended = false;       ///< a line end was there; false only for the last line
};

/// Lines end at `\n`; a `\r` before it belongs to the line end, any other one to the text.
class LineSplitter {
  public:
    /// Lines up to `line_bytes_max` come whole; of longer ones the first `keep_bytes` come, the rest is counted.
    LineSplitter(ByteSource& source, size_t line_bytes_max, size_t keep_bytes);

    /// Every byte handed out (and cut away) goes into `hash` too, line ends included.
    void HashInto(Sha256& hash) { hash_ = &hash; }
    /// A last line without a line end is not handed out: whoever writes it has not finished.
    void LeaveUnfinished() { leave_unfinished_ = true; }

    /// False at the end of the source. A text that ends without a line end gives its last line; an empty rest gives
    /// none.
    bool Next(PhysicalLine& line);

  private:
    bool Fill();
    void CutLine(PhysicalLine& line);
    void Hash(size_t begin, size_t end);

    ByteSource& source_;
    size_t line_bytes_max_;
    size_t keep_bytes_;
    std::string buffer_;
    size_t begin_ = 0;     ///< of what is not handed out yet
    size_t end_ = 0;       ///< of what was read
    size_t scanned_ = 0;   ///< no line end in [begin_, scanned_)
    uint64_t offset_ = 0;  ///< of begin_ in the source
    bool at_end_ = false;
    Sha256* hash_ = nullptr;
    bool leave_unfinished_ = false;
};

}  // namespace dagy::ingest
