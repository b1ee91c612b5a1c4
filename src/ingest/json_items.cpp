#include "ingest/json_items.h"

#include <fmt/format.h>

#include "base/error.h"
#include "ingest/utf8.h"

namespace dagy::ingest {
namespace {

constexpr size_t kBlockBytes = size_t{64} << 10;
constexpr int kEnd = -1;

bool IsSpace(int c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

}  // namespace

JsonItems::JsonItems(ByteSource& source, std::string name)
    : source_(source), name_(std::move(name)), block_(kBlockBytes, '\0') {}

void JsonItems::Fail(std::string_view why) const {
    throw Error(ErrorCode::kBadRequest, fmt::format("{} is not valid at byte {}: {}", name_, before_ + at_, why),
                "make the export again");
}

int JsonItems::Peek() {
    if (at_ < size_) return static_cast<unsigned char>(block_[at_]);
    before_ += size_;
    at_ = 0;
    size_ = source_.Read(block_.data(), block_.size());
    return size_ > 0 ? static_cast<unsigned char>(block_[0]) : kEnd;
}

int JsonItems::PeekToken() {
    while (IsSpace(Peek())) Advance();
    return Peek();
}

void JsonItems::Expect(char wanted, std::string_view where) {
    const int c = PeekToken();
    if (c == kEnd) Fail("it ends too early: the file was cut");
    if (c != wanted) Fail(fmt::format("'{}' is missing {}", wanted, where));
    Advance();
}

void JsonItems::Put(std::string& text, char c) {
    if (text.size() == kItemBytesMax) Fail(fmt::format("an item has more than {} MiB", kItemBytesMax >> 20));
    text.push_back(c);
}

/// With its quotes.
void JsonItems::TakeString(std::string& text) {
    bool escaped = false;
    bool inside = false;
    while (true) {
        const int c = Peek();
        if (c == kEnd) Fail("it ends too early, inside a text: the file was cut");
        Put(text, static_cast<char>(c));
        Advance();
        if (inside && !escaped && c == '"') return;
        escaped = inside && !escaped && c == '\\';
        inside = true;
    }
}

void JsonItems::TakeNested(std::string& text) {
    size_t depth = 0;
    do {
        const int c = Peek();
        if (c == kEnd) Fail("it ends too early, inside an item: the file was cut");
        if (c == '"') {
            TakeString(text);
            continue;
        }
        if (c == '{' || c == '[') ++depth;
        if (c == '}' || c == ']') --depth;
        Put(text, static_cast<char>(c));
        Advance();
    } while (depth > 0);
}

void JsonItems::TakeWord(std::string& text) {
    for (int c = Peek(); c != kEnd && c != ',' && c != '}' && c != ']' && !IsSpace(c); c = Peek()) {
        Put(text, static_cast<char>(c));
        Advance();
    }
}

std::string_view JsonItems::TakeText() {
    text_.clear();
    const int c = PeekToken();
    if (c == kEnd) Fail("it ends too early: the file was cut");
    if (c == '"')
        TakeString(text_);
    else if (c == '{' || c == '[')
        TakeNested(text_);
    else
        TakeWord(text_);
    return ValidUtf8(text_, scratch_);
}

/// False where there is nothing to go through.
bool JsonItems::Open() {
    opened_ = true;
    int c = PeekToken();
    // A byte order mark, as some editors leave it.
    for (const int mark : {0xEF, 0xBB, 0xBF})
        if (c == mark) {
            Advance();
            c = PeekToken();
        }
    if (c == kEnd) Fail("it is empty");
    if (c == '[') closing_ = ']';
    if (c == '{') closing_ = '}';
    if (closing_ != 0) {
        Advance();
        return true;
    }
    std::string word;
    TakeWord(word);
    if (word == "null" && PeekToken() == kEnd) return false;
    Fail("a JSON array or object is expected here");
}

bool JsonItems::Next(JsonItem& item) {
    if (!opened_ && !Open()) return false;
    if (closing_ == 0) return false;
    if (PeekToken() == closing_) {
        Advance();
        closing_ = 0;
        if (PeekToken() != kEnd) Fail("something stands after its end");
        return false;
    }
    if (!first_) Expect(',', "between two items");
    first_ = false;
    item.key.clear();
    if (is_object()) {
        if (PeekToken() != '"') Fail("a member's name is expected here");
        const uint64_t begins = before_ + at_;
        item.key =
            json::value_to<std::string>(ParseJson(TakeText(), fmt::format("{} (the name at byte {})", name_, begins)));
        Expect(':', "after a member's name");
    }
    PeekToken();
    const uint64_t begins = before_ + at_;
    item.value = ParseJson(TakeText(), fmt::format("{} (the item at byte {})", name_, begins));
    return true;
}

}  // namespace dagy::ingest
