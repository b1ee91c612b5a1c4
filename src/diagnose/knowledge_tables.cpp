#include "diagnose/knowledge_tables.h"

#include <charconv>
#include <functional>

namespace dagy::diagnose {
namespace {

using Cells = std::vector<std::string_view>;
using TakeRow = std::function<std::string(const Cells&)>;  ///< the row's fault, or nothing

std::vector<std::string_view> Split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (size_t at = 0;;) {
        const size_t next = text.find(separator, at);
        parts.push_back(text.substr(at, next == std::string_view::npos ? next : next - at));
        if (next == std::string_view::npos) return parts;
        at = next + 1;
    }
}

/// Tab-separated, first line the names of the columns, `#` starts a comment line.
void ReadTsv(std::string_view name, std::string_view content, size_t columns, std::vector<KnowledgeFault>& faults,
             const TakeRow& take) {
    int number = 0;
    for (const auto line : Split(content, '\n')) {
        ++number;
        if (number == 1 || line.empty() || line.starts_with('#')) continue;
        const Cells cells = Split(line, '\t');
        std::string fault = cells.size() == columns
                                ? take(cells)
                                : "has " + std::to_string(cells.size()) + " columns, needs " + std::to_string(columns);
        if (!fault.empty()) faults.push_back({std::string(name), number, std::move(fault)});
    }
}

bool ReadScore(std::string_view text, double& score) {
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), score);
    return failed == std::errc() && end == text.data() + text.size() && score >= 0 && score <= 1;
}

std::string UnknownCode(const Knowledge::Tables& tables, std::string_view code) {
    return tables.cause_index.contains(std::string(code)) ? "" : "names the unknown code '" + std::string(code) + "'";
}

std::string TakeCause(Knowledge::Tables& tables, const Cells& cells) {
    const std::string_view transience = cells[3];
    if (transience != "PERMANENT" && transience != "TRANSIENT" && transience != "INTERMITTENT")
        return "has an unknown transience";
    if (!tables.cause_index.emplace(cells[0], tables.causes.size()).second)
        return "repeats '" + std::string(cells[0]) + "'";
    tables.causes.push_back({std::string(cells[0]), std::string(cells[1]), std::string(cells[2]), std::string(cells[3]),
                             std::string(cells[4])});
    return {};
}

std::string TakeClass(Knowledge::Tables& tables, const Cells& cells) {
    static const std::unordered_map<std::string_view, ClassRow::Kind> kKinds{{"cause", ClassRow::Kind::kCause},
                                                                             {"generic", ClassRow::Kind::kGeneric},
                                                                             {"wrapper", ClassRow::Kind::kWrapper},
                                                                             {"final", ClassRow::Kind::kFinal},
                                                                             {"control", ClassRow::Kind::kControl}};
    ClassRow row{.code = std::string(cells[1])};
    const auto kind = kKinds.find(cells[3]);
    if (kind == kKinds.end()) return "has the unknown kind '" + std::string(cells[3]) + "'";
    row.kind = kind->second;
    if (!ReadScore(cells[2], row.score)) return "has a score that is no number from 0 to 1";
    if (row.kind != ClassRow::Kind::kControl)
        if (auto fault = UnknownCode(tables, row.code); !fault.empty()) return fault;
    return tables.classes.emplace(cells[0], row).second ? "" : "repeats '" + std::string(cells[0]) + "'";
}

std::string TakeCode(Knowledge::Tables& tables, const std::string& table, std::string_view key, CodeRow row) {
    if (auto fault = UnknownCode(tables, row.code); !fault.empty()) return fault;
    return tables.codes[table].emplace(key, std::move(row)).second ? "" : "repeats '" + std::string(key) + "'";
}

/// Columns: key, code, meaning.
void LoadKeyed(Knowledge::Tables& tables, std::string_view name, std::string_view content, const std::string& table,
               std::vector<KnowledgeFault>& faults) {
    ReadTsv(name, content, 3, faults, [&](const Cells& c) {
        return TakeCode(tables, table, c[0], {.code = std::string(c[1]), .meaning = std::string(c[2])});
    });
}

/// Columns: name, number, code, meaning.
void LoadErrnos(Knowledge::Tables& tables, std::string_view name, std::string_view content,
                std::vector<KnowledgeFault>& faults) {
    ReadTsv(name, content, 4, faults, [&](const Cells& c) {
        const CodeRow row{.code = std::string(c[2]), .meaning = std::string(c[3])};
        auto fault = TakeCode(tables, "errno", c[1], row);
        return fault.empty() ? TakeCode(tables, "errno_name", c[0], row) : fault;
    });
}

/// Columns: exit, code, score, meaning.
void LoadExits(Knowledge::Tables& tables, std::string_view name, std::string_view content,
               std::vector<KnowledgeFault>& faults) {
    ReadTsv(name, content, 4, faults, [&](const Cells& c) {
        CodeRow row{.code = std::string(c[1]), .meaning = std::string(c[3])};
        return ReadScore(c[2], row.score) ? TakeCode(tables, "exit", c[0], std::move(row))
                                          : "has a score that is no number from 0 to 1";
    });
}

/// Columns: name, number, code, score.
void LoadSignals(Knowledge::Tables& tables, std::string_view name, std::string_view content,
                 std::vector<KnowledgeFault>& faults) {
    ReadTsv(name, content, 4, faults, [&](const Cells& c) {
        CodeRow row{.code = std::string(c[2]), .meaning = std::string(c[0])};
        if (!ReadScore(c[3], row.score)) return std::string("has a score that is no number from 0 to 1");
        auto fault = TakeCode(tables, "signal", c[1], row);
        return fault.empty() ? TakeCode(tables, "signal_name", c[0], row) : fault;
    });
}

/// Columns: vendor, number, code, meaning.
void LoadVendors(Knowledge::Tables& tables, std::string_view name, std::string_view content,
                 std::vector<KnowledgeFault>& faults) {
    ReadTsv(name, content, 4, faults, [&](const Cells& c) {
        return TakeCode(tables, std::string(c[0]), c[1], {.code = std::string(c[2]), .meaning = std::string(c[3])});
    });
}

}  // namespace

void LoadTable(Knowledge::Tables& tables, std::string_view name, std::string_view content,
               std::vector<KnowledgeFault>& faults) {
    if (name == "root_causes.tsv")
        ReadTsv(name, content, 5, faults, [&](const Cells& cells) { return TakeCause(tables, cells); });
    else if (name == "exceptions.tsv")
        ReadTsv(name, content, 4, faults, [&](const Cells& cells) { return TakeClass(tables, cells); });
    else if (name == "http_statuses.tsv")
        LoadKeyed(tables, name, content, "http", faults);
    else if (name == "sqlstates.tsv")
        LoadKeyed(tables, name, content, "sqlstate", faults);
    else if (name == "cloud_errors.tsv")
        LoadKeyed(tables, name, content, "cloud", faults);
    else if (name == "errnos.tsv")
        LoadErrnos(tables, name, content, faults);
    else if (name == "exit_codes.tsv")
        LoadExits(tables, name, content, faults);
    else if (name == "signals.tsv")
        LoadSignals(tables, name, content, faults);
    else if (name == "vendor_errors.tsv")
        LoadVendors(tables, name, content, faults);
    else
        faults.push_back({std::string(name), 1, "is a table that nothing reads"});
}

const CodeRow* Knowledge::Tables::FindCode(std::string_view table, std::string_view key) const {
    const auto rows = codes.find(table);
    if (rows == codes.end()) return nullptr;
    auto found = rows->second.find(std::string(key));
    if (found == rows->second.end() && table == "sqlstate") found = rows->second.find(std::string(key.substr(0, 2)));
    if (found == rows->second.end() && table == "http" && key.size() == 3)
        found = rows->second.find(key[0] == '4' ? "400" : key[0] == '5' ? "500" : "");
    return found == rows->second.end() ? nullptr : &found->second;
}

const ClassRow* Knowledge::Tables::FindClass(std::string_view type) const {
    if (const auto whole = classes.find(std::string(type)); whole != classes.end()) return &whole->second;
    const size_t dot = type.find_last_of(".$");
    if (dot == std::string_view::npos) return nullptr;
    const auto last = classes.find(std::string(type.substr(dot + 1)));
    return last == classes.end() ? nullptr : &last->second;
}

}  // namespace dagy::diagnose
