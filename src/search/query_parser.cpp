#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "lake/term_matcher.h"
#include "search/query.h"
#include "search/query_scanner.h"

namespace dagy::search {
namespace {

using lake::FieldTerm;
using lake::TextTerm;

constexpr std::array<std::string_view, 6> kReserved{"level", "task", "dag", "run", "phase", "kind"};

bool IsReserved(std::string_view name) {
    return std::ranges::find(kReserved, name) != kReserved.end();
}

FieldTerm::Op OpOf(std::string_view sign) {
    if (sign == "=") return FieldTerm::Op::kEqual;
    if (sign == "<") return FieldTerm::Op::kLess;
    if (sign == "<=") return FieldTerm::Op::kLessEqual;
    if (sign == ">") return FieldTerm::Op::kGreater;
    return sign == ">=" ? FieldTerm::Op::kGreaterEqual : FieldTerm::Op::kContains;
}

/// What follows a name and an operator makes them a condition; otherwise all of it is an ordinary word: `ValueError:`,
/// `http://x`, `std::string`, `C:\temp`, `host:8080`, `a==b`, `x=>y`.
bool IsValue(std::string_view sign, std::string_view value) {
    if (value.empty() || std::string_view(":=<>").contains(value.front())) return false;
    if (sign != ":") return true;
    return value.front() != '/' && value.front() != '\\' && value.find_first_not_of("0123456789:") != value.npos;
}

/// What is wrong with a regex; nothing if it is one.
std::optional<std::string> RegexFault(const TextTerm& term) {
    try {
        const lake::TermMatcher compiled(term);
        return std::nullopt;
    } catch (const Error& error) {
        return error.detail();
    }
}

class Parser {
  public:
    explicit Parser(std::string_view text) : text_(text), scan_(text) {}

    ReadQuery Read() {
        if (text_.size() > kQueryBytesMax) {
            Fault(0, fmt::format("the query is {} bytes long; at most {} are read", text_.size(), kQueryBytesMax));
            return std::move(read_);
        }
        for (scan_.SkipSpace(); !scan_.Ended(); scan_.SkipSpace()) {
            begin_ = scan_.at();
            if (++terms_ == kTermsMax + 1)
                Fault(begin_, fmt::format("more than {} conditions; leave out those from here on", kTermsMax));
            ReadTerm();
        }
        return std::move(read_);
    }

  private:
    void Fault(size_t byte, std::string message) {
        const auto before = text_.substr(0, byte);
        const auto characters = std::ranges::count_if(before, [](char c) { return (c & 0xc0) != 0x80; });
        read_.faults.push_back({static_cast<size_t>(characters) + 1, std::move(message)});
    }

    void ReadTerm() {
        // `--force` and `->` are words.
        const bool negated = scan_.Peek() == '-' && scan_.Peek(1) != '-' && scan_.Peek(1) != '>';
        if (negated) scan_.Move(1);
        if (negated && scan_.SpaceAt())
            return Fault(begin_, "`-` alone excludes nothing; put the word right after it, or write \"-\" for a dash");
        const char first = scan_.Peek();
        if (first == '"') return ReadPhrase(negated);
        if (first == '/') return ReadSlash(negated);
        if (first == '=' && (scan_.Peek(1) == '\0' || !std::string_view("=<>").contains(scan_.Peek(1))))
            return ReadWholeWord(negated);
        if (ReadCondition(negated)) return;
        AddText(TextTerm::Form::kSubstring, scan_.Word(), negated);
    }

    void AddText(TextTerm::Form form, std::string text, bool negated) {
        read_.query.rows.terms.push_back({.form = form, .text = std::move(text), .negated = negated});
    }

    /// The text in quotes that begins here. Nothing, with the fault noted, if it has no end: then all is read.
    std::optional<std::string> Quoted() {
        const size_t quote = scan_.at();
        auto inside = scan_.Quoted();
        if (inside) return inside;
        Fault(quote, "this quote is not closed; put a `\"` at the end of the phrase (inside one it is written `\\\"`)");
        scan_.MoveToEnd();
        return std::nullopt;
    }

    /// Quotes with an operator and a value right behind them are the name of a column.
    void ReadPhrase(bool negated) {
        auto phrase = Quoted();
        if (!phrase) return;
        if (phrase->empty()) return Fault(begin_, "the quotes are empty; write what to look for between them");
        const std::string_view sign = scan_.Operator();
        if (!sign.empty() && !scan_.SpaceAt(sign.size())) {
            scan_.Move(sign.size());
            return AddField(*std::move(phrase), sign, negated);
        }
        AddText(TextTerm::Form::kSubstring, *std::move(phrase), negated);
    }

    void ReadSlash(bool negated) {
        switch (scan_.WhatSlash()) {
            case QueryScanner::Slashes::kPath:
                return AddText(TextTerm::Form::kSubstring, scan_.Word(), negated);
            case QueryScanner::Slashes::kUnclosed:
                Fault(begin_, fmt::format("this regex is not closed; put a `/` at its end (inside one it is written "
                                          "`\\/`), or write \"{}\" for the text",
                                          scan_.Rest()));
                scan_.Word();
                return;
            case QueryScanner::Slashes::kRegex:
                break;
        }
        std::string regex = scan_.Regex();
        if (regex.empty()) return Fault(begin_, "the regex is empty; write a pattern between the slashes");
        TextTerm term{.form = TextTerm::Form::kRegex, .text = std::move(regex), .negated = negated};
        if (const auto fault = RegexFault(term))
            return Fault(begin_, fmt::format("{}; to look for it as text write it in quotes", *fault));
        read_.query.rows.terms.push_back(std::move(term));
    }

    void ReadWholeWord(bool negated) {
        scan_.Move(1);
        auto word = scan_.Peek() == '"' ? Quoted() : scan_.Word();
        if (!word) return;
        if (word->empty())
            return Fault(begin_, "`=` has no word after it; put one right behind it, or write \"=\" for the sign");
        AddText(TextTerm::Form::kWord, *std::move(word), negated);
    }

    /// A name, an operator and a value. False, with nothing read, if this is an ordinary word.
    bool ReadCondition(bool negated) {
        const std::string_view name = scan_.Name();
        const std::string_view sign = name.empty() ? std::string_view() : scan_.Operator(name.size());
        if (sign.empty()) return false;
        const std::string_view value = scan_.Rest(name.size() + sign.size());
        const bool reserved = IsReserved(name) && sign == ":" && !value.starts_with(':') && !value.starts_with("//");
        const bool levels = name == "level" && !ParseLevels(fmt::format("{}{}", sign, value)).empty();
        if (!reserved && !levels && !IsValue(sign, value)) return false;
        scan_.Move(name.size() + (levels ? 0 : sign.size()));
        if (reserved || levels)
            ReadReserved(name, negated);
        else
            AddField(std::string(name), sign, negated);
        return true;
    }

    void AddField(std::string column, std::string_view sign, bool negated) {
        const size_t at = scan_.at();
        auto value = scan_.Peek() == '"' ? Quoted() : scan_.Word();
        if (!value) return;
        if (value->empty() && sign != "=")
            return Fault(at, "the value is empty; `=\"\"` asks for an empty one, anything else needs something");
        read_.query.rows.fields.push_back(
            {.column = std::move(column), .op = OpOf(sign), .value = *std::move(value), .negated = negated});
    }

    /// `a,b,"c d"`; empty, with the fault noted, if a part is.
    std::vector<std::string> List(std::string_view name) {
        std::vector<std::string> list;
        while (true) {
            const size_t at = scan_.at();
            auto part = scan_.Peek() == '"' ? Quoted() : scan_.ListWord();
            if (!part) return {};
            if (part->empty()) {
                Fault(at, fmt::format("`{}:` has no value here; put one right behind it, or write \"{}:\" for the text",
                                      name, name));
                scan_.Word();
                return {};
            }
            list.push_back(*std::move(part));
            if (scan_.Peek() != ',') return list;
            scan_.Move(1);
        }
    }

    void ReadReserved(std::string_view name, bool negated) {
        const std::vector<std::string> values = List(name);
        if (values.empty()) return;
        if (name == "dag") return ReadNames(name, values, negated, read_.query.dags);
        if (name == "run") return ReadNames(name, values, negated, read_.query.runs);
        if (negated) return Fault(begin_, fmt::format("`{}:` cannot be excluded; name those that you want", name));
        if (name == "level") return ReadLevels(values);
        if (name == "kind") return ReadKinds(values);
        ReadPlace(name, values, name == "task" ? read_.query.rows.task : read_.query.phase);
    }

    void ReadNames(std::string_view name, const std::vector<std::string>& values, bool negated,
                   NameCondition& condition) {
        std::vector<std::string>& names = negated ? condition.unwanted : condition.wanted;
        if (!negated && !names.empty()) return Twice(name);
        names.insert(names.end(), values.begin(), values.end());
    }

    void ReadPlace(std::string_view name, const std::vector<std::string>& values, std::optional<std::string>& place) {
        if (place) return Fault(begin_, fmt::format("`{}:` is given twice; a row has one", name));
        place = values.front();
        if (values.size() > 1)
            Fault(begin_, fmt::format("`{}:` takes one name; put it in quotes if the comma belongs to it", name));
    }

    void ReadLevels(const std::vector<std::string>& values) {
        std::vector<model::Level>& levels = read_.query.rows.levels;
        if (!levels.empty()) return Twice("level");
        for (const std::string& value : values) {
            const auto some = ParseLevels(value);
            if (some.empty())
                Fault(begin_, fmt::format("`{}` is no level; write debug, info, warning, error, critical, or one of "
                                          "them with > >= < <= before it",
                                          value));
            levels.insert(levels.end(), some.begin(), some.end());
        }
        std::ranges::sort(levels);
        levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
    }

    void ReadKinds(const std::vector<std::string>& values) {
        std::vector<model::RecordKind>& kinds = read_.query.kinds;
        if (!kinds.empty()) return Twice("kind");
        for (const std::string& value : values) {
            if (const auto kind = ParseKind(value))
                kinds.push_back(*kind);
            else
                Fault(begin_, fmt::format("`{}` is no kind of record; write logs, errors or data", value));
        }
        std::ranges::sort(kinds);
        kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
    }

    void Twice(std::string_view name) {
        Fault(begin_, fmt::format("`{}:` is given twice; several go with commas: {}:a,b", name, name));
    }

    const std::string_view text_;
    QueryScanner scan_;
    size_t begin_ = 0;  ///< of the term that is being read
    size_t terms_ = 0;
    ReadQuery read_;
};

}  // namespace

ReadQuery ParseQuery(std::string_view text) {
    return Parser(text).Read();
}

}  // namespace dagy::search
