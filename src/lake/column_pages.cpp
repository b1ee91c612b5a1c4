#include "lake/column_pages.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <optional>

#include "base/compress.h"

namespace dagy::lake {
namespace {

constexpr int64_t kPageBytesMax = int64_t{64} << 20;
constexpr int64_t kZstd = 6;
enum PageType { kData = 0, kDictionary = 2 };
enum Encoding { kPlain = 0, kPlainDictionary = 2, kRle = 3, kRleDictionary = 8 };
enum Type { kInt32 = 1, kInt64 = 2, kText = 6 };

/// The head of a page.
struct Head {
    int64_t type = -1, bytes = 0, packed_bytes = 0;
    int64_t values = 0, encoding = -1, level_encoding = kRle;
};

Head ReadHead(ThriftReader& reader) {
    Head head;
    reader.Struct([&](int field, int type) {
        if (field == 1)
            head.type = reader.Number();
        else if (field == 2)
            head.bytes = reader.Number();
        else if (field == 3)
            head.packed_bytes = reader.Number();
        else if (field == 5 || field == 7)
            reader.Struct([&](int part, int kind) {
                if (part == 1)
                    head.values = reader.Number();
                else if (part == 2)
                    head.encoding = reader.Number();
                else if (part == 3 && field == 5)
                    head.level_encoding = reader.Number();
                else
                    reader.Skip(kind);
            });
        else
            reader.Skip(type);
    });
    return head;
}

template <class T>
T Take(std::string_view& bytes) {
    if (bytes.size() < sizeof(T)) throw ThriftError("a page ends too early");
    T value;
    std::memcpy(&value, bytes.data(), sizeof(T));
    bytes.remove_prefix(sizeof(T));
    return value;
}

std::string_view TakeBytes(std::string_view& bytes, size_t size) {
    if (bytes.size() < size) throw ThriftError("a page ends too early");
    const std::string_view taken = bytes.substr(0, size);
    bytes.remove_prefix(size);
    return taken;
}

// Bit-packed groups of eight, low bits first.
void TakePacked(std::string_view packed, int width, size_t count, uint32_t* out) {
    uint64_t held = 0;
    int bits = 0;
    size_t at = 0;
    const uint32_t mask = width == 32 ? ~0U : (1U << width) - 1;
    for (size_t i = 0; i < count; ++i) {
        for (; bits < width; bits += 8) held |= static_cast<uint64_t>(static_cast<uint8_t>(packed[at++])) << bits;
        out[i] = static_cast<uint32_t>(held) & mask;
        held >>= width;
        bits -= width;
    }
}

/// Runs of one value and bit-packed groups, as Parquet mixes them.
void TakeHybrid(std::string_view bytes, int width, size_t count, uint32_t* out) {
    if (width < 0 || width > 32) throw ThriftError("a width makes no sense");
    size_t done = 0;
    while (done < count) {
        uint64_t head = 0;
        for (int shift = 0;; shift += 7) {
            const auto byte = Take<uint8_t>(bytes);
            if (shift > 28) throw ThriftError("a run is too long");
            head |= static_cast<uint64_t>(byte & 0x7F) << shift;
            if (byte < 0x80) break;
        }
        if ((head & 1) != 0) {
            const std::string_view packed = TakeBytes(bytes, (head >> 1) * static_cast<size_t>(width));
            const size_t values = std::min<size_t>((head >> 1) * 8, count - done);
            TakePacked(packed, width, values, out + done);
            done += values;
        } else {
            const std::string_view value_bytes = TakeBytes(bytes, static_cast<size_t>(width + 7) / 8);
            uint32_t value = 0;
            std::memcpy(&value, value_bytes.data(), value_bytes.size());
            // Who counts ones and takes what is not nought would count too few.
            if (width < 32 && value >> width != 0) throw ThriftError("a value is wider than its kind");
            const size_t values = std::min<size_t>(head >> 1, count - done);
            if (values == 0) throw ThriftError("a run is empty");
            std::fill_n(out + done, values, value);
            done += values;
        }
    }
}

/// An unpacked page; what its values are is up to the column.
struct Unpacked {
    Head head;
    PageMemory::Buffer owned;
    std::string_view bytes;
    std::vector<uint32_t> present;  ///< 1 or 0 for each row; empty: all are 1

    size_t rows() const { return static_cast<size_t>(head.values); }
};

// Levels are one bit each, since columns are flat and may be null. Mostly all are there, in one run.
void TakeLevels(Unpacked& page) {
    if (page.head.level_encoding != kRle) throw ThriftError("levels are in an encoding that is not ours");
    const auto size = Take<uint32_t>(page.bytes);
    const std::string_view levels = TakeBytes(page.bytes, size);
    page.present.resize(page.rows());
    TakeHybrid(levels, 1, page.rows(), page.present.data());
    if (std::ranges::find(page.present, 0U) == page.present.end()) page.present.clear();
}

Unpacked Unpack(const Head& head, std::string_view packed, PageMemory& memory) {
    if (head.bytes < 0 || head.bytes > kPageBytesMax || head.values < 0 || head.values > kPageBytesMax)
        throw ThriftError("a page is too big");
    Unpacked page{.head = head, .owned = memory.Take(static_cast<size_t>(head.bytes)), .bytes = {}, .present = {}};
    if (!ZstdDecompressTo(packed, page.owned.data(), static_cast<size_t>(head.bytes)))
        throw ThriftError("a page cannot be unpacked");
    page.bytes = {page.owned.data(), static_cast<size_t>(head.bytes)};
    if (head.type == kData) TakeLevels(page);
    return page;
}

/// Calls `take` with each page; the rows of all are those of the place.
void EachPage(const ColumnPlace& place, std::string_view packed, PageMemory& memory,
              const std::function<void(Unpacked&&)>& take) {
    if (place.codec != kZstd) throw ThriftError("a column is packed in a way that is not ours");
    int64_t rows = 0;
    ThriftReader reader(packed);
    while (!reader.rest().empty()) {
        const Head head = ReadHead(reader);
        std::string_view rest = reader.rest();
        if (head.packed_bytes < 0 || (head.type != kData && head.type != kDictionary))
            throw ThriftError("a page is of a type that is not ours");
        const std::string_view body = TakeBytes(rest, static_cast<size_t>(head.packed_bytes));
        take(Unpack(head, body, memory));
        rows += head.type == kData ? head.values : 0;
        reader = ThriftReader(rest);
    }
    if (rows != place.values) throw ThriftError("a column has another number of values");
}

bool IsByDictionary(const Head& head) {
    if (head.encoding != kPlain && head.encoding != kPlainDictionary && head.encoding != kRleDictionary)
        throw ThriftError("a page is in an encoding that is not ours");
    return head.encoding != kPlain;
}

/// Which value of the dictionary each row has; `null` for those without.
void TakeIndexes(Unpacked& page, uint32_t null, std::vector<uint32_t>& index) {
    const size_t first = index.size();
    index.resize(first + page.rows(), null);
    const size_t count = page.present.empty() ? page.rows() : static_cast<size_t>(std::ranges::count(page.present, 1U));
    if (count == 0) return;
    const int width = Take<uint8_t>(page.bytes);
    if (page.present.empty()) {
        TakeHybrid(page.bytes, width, count, index.data() + first);
    } else {
        std::vector<uint32_t> taken(count);
        TakeHybrid(page.bytes, width, count, taken.data());
        for (size_t i = 0, next = 0; i < page.rows(); ++i)
            if (page.present[i] != 0) index[first + i] = taken[next++];
    }
    if (*std::max_element(index.begin() + static_cast<std::ptrdiff_t>(first), index.end()) > null)
        throw ThriftError("a dictionary lacks a value");
}

std::vector<uint8_t> PresentOf(const Unpacked& page) {
    return {page.present.begin(), page.present.end()};
}

}  // namespace

TextColumn::TextColumn(const ColumnPlace& place, std::string_view packed, PageMemory& memory) {
    if (place.type != kText) throw ThriftError("a column is not of texts");
    bool has_dictionary = false;
    EachPage(place, packed, memory, [&](Unpacked&& page) {
        if (page.head.type == kDictionary) {
            has_dictionary = true;
            for (size_t i = 0; i < page.rows(); ++i)
                values_.push_back(TakeBytes(page.bytes, Take<uint32_t>(page.bytes)));
            values_.emplace_back();  // of nulls
        } else if (IsByDictionary(page.head) != has_dictionary) {
            throw ThriftError("a column is partly by dictionary");
        } else if (has_dictionary) {
            TakeIndexes(page, static_cast<uint32_t>(values_.size() - 1), index_);
        } else {
            const size_t first = pages_.empty() ? 0 : pages_.back().first_row + pages_.back().rows;
            pages_.push_back({page.bytes, first, page.rows(), std::move(page.present)});
        }
        bytes_.push_back(std::move(page.owned));
    });
}

void TextColumn::Split() {
    if (!values_.empty() || pages_.empty()) return;
    values_.reserve(pages_.back().first_row + pages_.back().rows);
    for (const Page& page : pages_) {
        std::string_view bytes = page.bytes;
        for (size_t i = 0; i < page.rows; ++i)
            values_.push_back(page.present.empty() || page.present[i] != 0 ? TakeBytes(bytes, Take<uint32_t>(bytes))
                                                                           : std::string_view());
    }
}

NumberColumn::NumberColumn(const ColumnPlace& place, std::string_view packed, PageMemory& memory) {
    if (place.type != kInt32 && place.type != kInt64) throw ThriftError("a column is not of numbers");
    const auto take = [&](std::string_view& bytes) {
        return place.type == kInt32 ? Take<int32_t>(bytes) : Take<int64_t>(bytes);
    };
    std::optional<std::vector<int64_t>> dictionary;
    EachPage(place, packed, memory, [&](Unpacked&& page) {
        if (page.head.type == kDictionary) {
            dictionary.emplace();
            for (size_t i = 0; i < page.rows(); ++i) dictionary->push_back(take(page.bytes));
            dictionary->push_back(0);  // of nulls
            return;
        }
        const size_t first = values_.size();
        if (!page.present.empty() || !present_.empty()) {
            present_.resize(first, 1);
            const std::vector<uint8_t> present = PresentOf(page);
            present_.insert(present_.end(), present.begin(), present.end());
            present_.resize(first + page.rows(), 1);
        }
        if (IsByDictionary(page.head)) {
            if (!dictionary) throw ThriftError("a dictionary is missing");
            std::vector<uint32_t> index;
            TakeIndexes(page, static_cast<uint32_t>(dictionary->size() - 1), index);
            for (const uint32_t at : index) values_.push_back((*dictionary)[at]);
        } else {
            for (size_t i = 0; i < page.rows(); ++i)
                values_.push_back(page.present.empty() || page.present[i] != 0 ? take(page.bytes) : 0);
        }
    });
}

}  // namespace dagy::lake
