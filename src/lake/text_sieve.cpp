#include "lake/text_sieve.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <string>

#include "base/compress.h"
#include "lake/pieces.h"
#include "lake/thrift_reader.h"

namespace dagy::lake {
namespace {

constexpr int64_t kFooterMax = int64_t{16} << 20;
constexpr int64_t kPagesMax = int64_t{64} << 20;  // of one column of a row group
constexpr int64_t kZstd = 6;
constexpr size_t kTriesMin = 2;

/// Where the texts of a column of a row group are.
struct Texts {
    int64_t offset = 0, bytes = 0, values = 0, nulls = -1, codec = -1;
};
struct RowGroup {
    int64_t rows = 0;
    std::optional<Texts> message, extras;
};

Texts ReadTexts(ThriftReader& reader, std::string& name) {
    Texts texts;
    int64_t data = 0, dictionary = 0;
    reader.Struct([&](int field, int type) {
        if (field == 3)
            reader.List([&](int) { name = reader.Bytes(); });
        else if (field == 4)
            texts.codec = reader.Number();
        else if (field == 5)
            texts.values = reader.Number();
        else if (field == 7)
            texts.bytes = reader.Number();
        else if (field == 9)
            data = reader.Number();
        else if (field == 11)
            dictionary = reader.Number();
        else if (field == 12)
            reader.Struct([&](int statistic, int kind) {
                statistic == 3 ? static_cast<void>(texts.nulls = reader.Number()) : reader.Skip(kind);
            });
        else
            reader.Skip(type);
    });
    texts.offset = dictionary > 0 ? std::min(dictionary, data) : data;
    return texts;
}

void ReadColumn(ThriftReader& reader, RowGroup& group) {
    reader.Struct([&](int field, int type) {
        if (field != 3) return reader.Skip(type);
        std::string name;
        const Texts texts = ReadTexts(reader, name);
        if (name == "message") group.message = texts;
        if (name == "extras") group.extras = texts;
    });
}

std::vector<RowGroup> ReadGroups(std::string_view footer) {
    std::vector<RowGroup> groups;
    ThriftReader reader(footer);
    reader.Struct([&](int field, int type) {
        if (field != 4) return reader.Skip(type);
        reader.List([&](int) {
            RowGroup& group = groups.emplace_back();
            reader.Struct([&](int part, int kind) {
                if (part == 1)
                    reader.List([&](int) { ReadColumn(reader, group); });
                else if (part == 3)
                    group.rows = reader.Number();
                else
                    reader.Skip(kind);
            });
        });
    });
    return groups;
}

/// The head of a page.
struct Page {
    int64_t bytes = 0, packed_bytes = 0;
    bool texts_are_whole = false;
};

// In these encodings each text stands in the page, or in the dictionary's, from its first byte to its last.
bool KeepsTextsWhole(int64_t encoding) {
    return encoding == 0 || encoding == 2 || encoding == 6 || encoding == 8;
}

Page ReadPage(ThriftReader& reader) {
    Page page;
    reader.Struct([&](int field, int type) {
        if (field == 2)
            page.bytes = reader.Number();
        else if (field == 3)
            page.packed_bytes = reader.Number();
        else if (field == 5 || field == 7)
            reader.Struct([&](int part, int kind) {
                part == 2 ? static_cast<void>(page.texts_are_whole = KeepsTextsWhole(reader.Number()))
                          : reader.Skip(kind);
            });
        else
            reader.Skip(type);
    });
    return page;
}

/// One file that is being looked at.
class Sieving {
  public:
    explicit Sieving(const std::filesystem::path& file) : in_(file, std::ios::binary) {}

    std::vector<RowGroup> Groups() {
        char tail[8];
        in_.seekg(-8, std::ios::end);
        const int64_t end = in_.tellg();
        uint32_t size = 0;
        if (!in_.read(tail, 8) || std::memcmp(tail + 4, "PAR1", 4) != 0) throw ThriftError("it is not Parquet");
        std::memcpy(&size, tail, 4);
        return ReadGroups(Read(end - size, size, kFooterMax));
    }

    /// `may_hold` is asked for the bytes of each page.
    template <class MayHold>
    bool May(const Texts& texts, const MayHold& may_hold) {
        if (texts.codec != kZstd) return true;
        ThriftReader reader(Read(texts.offset, texts.bytes, kPagesMax));
        while (!reader.rest().empty()) {
            const Page page = ReadPage(reader);
            const std::string_view rest = reader.rest();
            if (!page.texts_are_whole || page.bytes < 0 || page.bytes > kPagesMax || page.packed_bytes < 0 ||
                page.packed_bytes > static_cast<int64_t>(rest.size()))
                return true;
            unpacked_.resize(static_cast<size_t>(page.bytes));
            const std::string_view packed = rest.substr(0, static_cast<size_t>(page.packed_bytes));
            if (!ZstdDecompressTo(packed, unpacked_.data(), unpacked_.size()) || may_hold(std::string_view(unpacked_)))
                return true;
            reader = ThriftReader(rest.substr(static_cast<size_t>(page.packed_bytes)));
        }
        return false;
    }

  private:
    std::string_view Read(int64_t offset, int64_t bytes, int64_t bytes_max) {
        if (offset < 0 || bytes < 0 || bytes > bytes_max) throw ThriftError("a place is out of the file");
        packed_.resize(static_cast<size_t>(bytes));
        in_.seekg(offset);
        if (!in_.read(packed_.data(), bytes)) throw ThriftError("a place is out of the file");
        return packed_;
    }

    std::ifstream in_;
    std::string packed_, unpacked_;
};

bool MayHold(Sieving& sieving, const RowGroup& group, const TermMatcher& term) {
    if (!group.message || !group.extras) return true;
    const auto in_text = [&](std::string_view page) { return term.Needle()->In(page); };
    const auto in_json = [&](std::string_view page) { return term.MayBeInJson(page); };
    return sieving.May(*group.message, in_text) ||
           (group.extras->nulls != group.extras->values && sieving.May(*group.extras, in_json));
}

}  // namespace

std::optional<std::vector<RowRange>> Sieve(const std::filesystem::path& file, const store::Chunk& chunk, RowRange range,
                                           const TermMatcher& term, const std::stop_token& stop, SieveLuck& luck) {
    if (term.Needle() == nullptr || !luck.WorthIt()) return std::nullopt;
    std::vector<RowRange> candidates;
    int64_t row = chunk.first_row;
    const int64_t end = std::min(EndOf(range), chunk.first_row + chunk.rows);
    const auto add = [&](int64_t from, int64_t until) {
        from = std::max(from, range.first), until = std::min(until, end);
        if (from >= until) return;
        if (!candidates.empty() && EndOf(candidates.back()) == from)
            candidates.back().count += until - from;
        else
            candidates.push_back({from, until - from});
    };
    try {
        Sieving sieving(file);
        const std::vector<RowGroup> groups = sieving.Groups();
        size_t asked = 0, may = 0;
        const auto hopeless = [&] { return may >= kTriesMin && 2 * may > asked; };
        for (const RowGroup& group : groups) {
            const int64_t next = row + group.rows;
            const bool inside = next > range.first && row < end;
            if (inside && !stop.stop_requested()) {
                bool holds = true;
                if (!hopeless()) {
                    holds = MayHold(sieving, group, term);
                    ++asked, may += holds;
                }
                if (holds) add(row, next);
            }
            row = next;
        }
        luck.Learn(hopeless());
    } catch (const ThriftError&) {
        return std::nullopt;
    }
    if (row != chunk.first_row + chunk.rows) return std::nullopt;
    return candidates;
}

}  // namespace dagy::lake
