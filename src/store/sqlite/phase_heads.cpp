#include "store/sqlite/phase_heads.h"

#include <algorithm>
#include <utility>

#include "base/compress.h"
#include "base/exact_json.h"
#include "store/run_store.h"

namespace dagy::store::sqlite {
namespace {

constexpr size_t kHeadBytesMax = size_t{256} << 10;
constexpr size_t kPackedFrom = 512;  // shorter texts are read faster as they are
constexpr char kPlain = 'p', kPacked = 'z';

std::string Pack(const std::string& text) {
    return text.size() < kPackedFrom ? kPlain + text : kPacked + ZstdCompress(text);
}

std::string TextOfRow(const model::DataRow& row, int64_t number) {
    json::object numbered = row.columns;
    numbered["_row"] = number;
    return SerializeExact(numbered) + "\n";
}

HeadRows Load(Database& database, int64_t phase_key, model::RecordKind kind) {
    HeadRows head;
    Statement row(database, "SELECT rows, text FROM phase_heads WHERE phase_key = ? AND kind = ?", phase_key,
                  static_cast<int>(kind));
    if (!row.Step()) return head;
    row.Read(head.rows, head.text);
    head.text = HeadText(std::move(head.text));
    return head;
}

}  // namespace

void AddToHead(Database& database, int64_t phase_key, model::RecordKind kind, int64_t first_row,
               const std::vector<model::DataRow>& rows) {
    if (first_row >= kHeadRows) return;
    HeadRows head = first_row == 0 ? HeadRows{} : Load(database, phase_key, kind);
    if (head.rows != first_row) return;
    for (const model::DataRow& row : rows) {
        std::string text = TextOfRow(row, head.rows);
        if (head.rows == kHeadRows || head.text.size() + text.size() > kHeadBytesMax) break;
        head.text += text;
        ++head.rows;
    }
    const std::string packed = Pack(head.text);
    Statement(database, "INSERT OR REPLACE INTO phase_heads (phase_key, kind, rows, text) VALUES (?, ?, ?, ?)",
              phase_key, static_cast<int>(kind), head.rows, Blob{packed})
        .Run();
}

std::string HeadText(std::string stored) {
    if (stored.starts_with(kPacked)) return ZstdDecompress(std::string_view(stored).substr(1), kHeadBytesMax);
    if (!stored.empty()) stored.erase(0, 1);
    return stored;
}

}  // namespace dagy::store::sqlite
