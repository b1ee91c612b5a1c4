/// Goes through a big JSON file item by item, so that only one item is in memory.
#pragma once

#include <cstdint>
#include <string>

#include "base/json.h"
#include "ingest/byte_source.h"

namespace dagy::ingest {

struct JsonItem {
    std::string key;  ///< of a member; empty for an element
    json::value value;
};

/// The elements of a top-level array, or the members of a top-level object. A file that holds only `null` or white
/// space has none. Every fault is kBadRequest with the file's name and the byte: cut short, of another type, broken
/// inside an item, text after the end, an item over 64 MiB. Invalid UTF-8 becomes U+FFFD.
class JsonItems {
  public:
    static constexpr size_t kItemBytesMax = size_t{64} << 20;

    /// `name` is what errors call the source.
    JsonItems(ByteSource& source, std::string name);

    /// False at the end.
    bool Next(JsonItem& item);
    /// The top level is an object; known after the first Next.
    bool is_object() const { return closing_ == '}'; }

  private:
    int Peek();
    int PeekToken();
    void Advance() { ++at_; }
    void Expect(char wanted, std::string_view where);
    bool Open();
    std::string_view TakeText();
    void TakeString(std::string& text);
    void TakeNested(std::string& text);
    void TakeWord(std::string& text);
    void Put(std::string& text, char c);
    [[noreturn]] void Fail(std::string_view why) const;

    ByteSource& source_;
    std::string name_;
    std::string block_;
    size_t at_ = 0;
    size_t size_ = 0;
    uint64_t before_ = 0;  ///< bytes of the blocks before this one
    std::string text_;
    std::string scratch_;
    char closing_ = 0;
    bool opened_ = false;
    bool first_ = true;
};

}  // namespace dagy::ingest
