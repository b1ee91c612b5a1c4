#include <algorithm>
#include <iterator>

#include "search/query.h"

namespace dagy::search {
namespace {

using lake::FieldTerm;
using lake::TextTerm;

std::string Quote(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted += '"';
}

/// Without quotes where nobody could take it for anything else.
std::string Plain(std::string_view text) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    const auto inner = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '*'; };
    const bool plain = !text.empty() && letter(text.front()) && std::ranges::all_of(text, inner);
    return plain ? std::string(text) : Quote(text);
}

std::string InSlashes(std::string_view regex) {
    std::string text = "/";
    for (size_t i = 0; i < regex.size(); ++i) {
        if (regex[i] == '\\' && i + 1 < regex.size())
            text += regex[i++];
        else if (regex[i] == '/')
            text += '\\';
        text += regex[i];
    }
    return text += '/';
}

std::string PrintTerm(const TextTerm& term) {
    const std::string sign = term.negated ? "-" : "";
    switch (term.form) {
        case TextTerm::Form::kWord:
            return sign + "=" + Plain(term.text);
        case TextTerm::Form::kRegex:
            return sign + InSlashes(term.text);
        case TextTerm::Form::kSubstring:
            break;
    }
    return sign + Plain(term.text);
}

std::string_view SignOf(FieldTerm::Op op) {
    switch (op) {
        case FieldTerm::Op::kContains:
            return ":";
        case FieldTerm::Op::kEqual:
            return "=";
        case FieldTerm::Op::kLess:
            return "<";
        case FieldTerm::Op::kLessEqual:
            return "<=";
        case FieldTerm::Op::kGreater:
            return ">";
        case FieldTerm::Op::kGreaterEqual:
            return ">=";
    }
    return ":";
}

/// A column's name is quoted where it could be read as something else: `level` of a data row, `order id`.
std::string PrintField(const FieldTerm& field) {
    const ReadQuery bare = ParseQuery(field.column + std::string(SignOf(field.op)) + Quote(field.value));
    const FieldTerm wanted{.column = field.column, .op = field.op, .value = field.value};
    const bool same = bare.faults.empty() && bare.query == Query{.rows = {.fields = {wanted}}};
    return (field.negated ? "-" : "") + (same ? field.column : Quote(field.column)) + std::string(SignOf(field.op)) +
           Plain(field.value);
}

std::string PrintNames(std::string_view key, const std::vector<std::string>& names) {
    std::string text(key);
    for (const std::string& name : names) text += (&name == &names.front() ? "" : ",") + Plain(name);
    return text;
}

template <class Value, class Word>
std::string PrintList(std::string_view key, const std::vector<Value>& values, Word word) {
    std::vector<std::string> names;
    std::ranges::transform(values, std::back_inserter(names), word);
    return PrintNames(key, names);
}

std::string LevelWord(model::Level level) {
    std::string word(model::Name(level));
    std::ranges::transform(word, word.begin(), [](char c) { return static_cast<char>(c - 'A' + 'a'); });
    return word;
}

}  // namespace

std::string PrintQuery(const Query& query) {
    std::vector<std::string> parts;
    for (const TextTerm& term : query.rows.terms) parts.push_back(PrintTerm(term));
    for (const FieldTerm& field : query.rows.fields) parts.push_back(PrintField(field));
    if (!query.rows.levels.empty()) parts.push_back(PrintList("level:", query.rows.levels, LevelWord));
    if (query.rows.task) parts.push_back("task:" + Plain(*query.rows.task));
    for (const auto& [key, names] : {std::pair{"dag:", query.dags}, {"run:", query.runs}}) {
        if (!names.wanted.empty()) parts.push_back(PrintNames(key, names.wanted));
        if (!names.unwanted.empty()) parts.push_back(PrintNames(std::string("-") + key, names.unwanted));
    }
    if (query.phase) parts.push_back("phase:" + Plain(*query.phase));
    if (!query.kinds.empty())
        parts.push_back(
            PrintList("kind:", query.kinds, [](model::RecordKind kind) { return std::string(model::FileStem(kind)); }));
    std::string text;
    for (const std::string& part : parts) text += (text.empty() ? "" : " ") + part;
    return text;
}

}  // namespace dagy::search
