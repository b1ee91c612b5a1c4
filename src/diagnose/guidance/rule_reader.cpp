#include "diagnose/guidance/rule_reader.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "diagnose/advise/template.h"
#include "diagnose/advise/words.h"

namespace dagy::diagnose {
namespace {

constexpr const char* kMembers =
    "id, match, code, family, meaning, transience, class, score, case, yes, no, title, cause, fix, remediation, "
    "prevention";
constexpr size_t kTextBytesMax = 2000;
constexpr size_t kItemsMax = 50;

std::string Scalar(fy_node* node) {
    size_t size = 0;
    const char* text = fy_node_get_scalar(node, &size);
    return text == nullptr ? std::string() : std::string(text, size);
}

bool IsText(fy_node* node) {
    return node != nullptr && fy_node_is_scalar(node) && !fy_node_is_alias(node);
}
bool IsList(fy_node* node) {
    return node != nullptr && fy_node_is_sequence(node);
}

/// All words that some built-in text uses: those that a run may have.
const std::set<std::string>& KnownWords() {
    static const std::set<std::string> words = [] {
        std::set<std::string> all(kRunWords.begin(), kRunWords.end());
        for (const auto& cause : Knowledge::Builtin().RootCauses())
            for (auto& hole : AdviceBook::Builtin().Holes(cause.code)) all.insert(std::move(hole));
        return all;
    }();
    return words;
}

}  // namespace

int LineOf(fy_node* node) {
    if (node == nullptr) return 1;
    void* at = nullptr;
    if (fy_node_is_mapping(node)) {
        fy_node_pair* pair = fy_node_mapping_iterate(node, &at);
        return pair == nullptr ? 1 : LineOf(fy_node_pair_key(pair));
    }
    if (fy_node_is_sequence(node)) {
        fy_node* first = fy_node_sequence_iterate(node, &at);
        return first == nullptr ? 1 : LineOf(first);
    }
    fy_token* token = fy_node_get_scalar_token(node);
    const fy_mark* mark = token == nullptr ? nullptr : fy_token_start_mark(token);
    return mark == nullptr ? 1 : mark->line + 1;
}

void RuleReader::Fault(int line, std::string what, std::string way_out) {
    good_ = false;
    faults_.Add(line, rule_.pattern.id, std::move(what), std::move(way_out));
}

std::string RuleReader::Text(fy_node* value, std::string_view key, size_t bytes_max) {
    if (fy_node_is_alias(value)) {
        Fault(LineOf(value), fmt::format("`{}` is an alias", key),
              "write the text itself; anchors and aliases are not read");
        return {};
    }
    if (!IsText(value)) {
        Fault(LineOf(value), fmt::format("`{}` is not a text", key), "write one text, in quotes if it has : or #");
        return {};
    }
    std::string text = Scalar(value);
    if (text.size() > bytes_max) {
        Fault(LineOf(value), fmt::format("`{}` has {} bytes, more than {}", key, text.size(), bytes_max),
              "shorten it, or make two rules of it");
        return {};
    }
    return text;
}

std::string RuleReader::Word(fy_node* value, std::string_view key, const char* regex, std::string_view form) {
    std::string text = Text(value, key, 200);
    if (!text.empty() || IsText(value)) {
        if (!re2::RE2::FullMatch(text, regex))
            Fault(LineOf(value), fmt::format("`{}` is \"{}\"", key, text.substr(0, 80)), fmt::format("write {}", form));
    }
    return text;
}

std::vector<std::string> RuleReader::Texts(fy_node* value, std::string_view key, size_t items_max, size_t bytes_max) {
    if (!IsList(value)) return {Text(value, key, bytes_max)};
    std::vector<std::string> texts;
    void* at = nullptr;
    while (fy_node* item = fy_node_sequence_iterate(value, &at)) {
        if (texts.size() >= items_max) {
            Fault(LineOf(item), fmt::format("`{}` has more than {} entries", key, items_max), "make two rules of it");
            break;
        }
        texts.push_back(Text(item, key, bytes_max));
    }
    return texts;
}

json::value RuleReader::Lines(fy_node* value, std::string_view key, int depth) {
    if (!IsList(value) || depth == 0) return json::value(Text(value, key, kTextBytesMax));
    json::array lines;
    void* at = nullptr;
    while (fy_node* item = fy_node_sequence_iterate(value, &at)) {
        if (lines.size() >= kItemsMax) {
            Fault(LineOf(item), fmt::format("`{}` has more than {} entries", key, kItemsMax),
                  "say less: nobody follows so many steps");
            break;
        }
        lines.push_back(Lines(item, key, depth - 1));
    }
    return lines;
}

json::array RuleReader::Prevention(fy_node* value) {
    json::array measures;
    const auto add = [&](json::value measure, json::value why, std::string effort) {
        measures.push_back(json::object{{"measure", std::move(measure)}, {"why", std::move(why)}, {"effort", effort}});
    };
    const json::value because =
        json::value(rule_.pattern.id.empty() ? "a rule of the organization says so"
                                             : "rule " + rule_.pattern.id + " of the organization says so");
    void* at = nullptr;
    if (!IsList(value))
        add(Lines(value, "prevention", 0), because, "medium");
    else
        while (fy_node* item = fy_node_sequence_iterate(value, &at)) {
            if (measures.size() >= kItemsMax) {
                Fault(LineOf(item), fmt::format("`prevention` has more than {} entries", kItemsMax),
                      "name the few that matter");
                break;
            }
            if (!fy_node_is_mapping(item)) {
                add(Lines(item, "prevention", 0), because, "medium");
                continue;
            }
            json::value measure = "", why = because;
            std::string effort = "medium";
            void* member = nullptr;
            while (fy_node_pair* pair = fy_node_mapping_iterate(item, &member)) {
                const std::string key = Scalar(fy_node_pair_key(pair));
                fy_node* text = fy_node_pair_value(pair);
                if (key == "measure")
                    measure = Lines(text, "measure", 1);
                else if (key == "why")
                    why = Lines(text, "why", 1);
                else if (key == "effort")
                    effort = Word(text, "effort", "low|medium|high", "low, medium or high");
                else
                    Fault(LineOf(fy_node_pair_key(pair)),
                          fmt::format("a prevention has no member `{}`", key.substr(0, 80)),
                          "its members are measure, why and effort");
            }
            if (measure.is_string() && measure.as_string().empty())
                Fault(LineOf(item), "a prevention has no measure", "say what to do: `measure: …`");
            add(std::move(measure), std::move(why), std::move(effort));
        }
    return measures;
}

void RuleReader::TakeScore(fy_node* value) {
    const std::string text = Text(value, "score", 20);
    double score = -1;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), score);
    if (failed != std::errc() || end != text.data() + text.size() || !(score > 0 && score <= 1))
        Fault(LineOf(value), fmt::format("`score` is \"{}\"", text),
              "write a number above 0, at most 1: how surely these words mean the code");
    rule_.pattern.score = score;
}

void RuleReader::TakeTransience(fy_node* value) {
    rule_.cause.transience =
        Word(value, "transience", "PERMANENT|TRANSIENT|INTERMITTENT", "PERMANENT, TRANSIENT or INTERMITTENT");
}

void RuleReader::TakeMatch(fy_node* value) {
    auto& regex = rule_.pattern.regex;
    for (const auto& part : Texts(value, "match", kItemsMax, kTextBytesMax)) {
        if (part.empty()) continue;
        // One broken part would make the joined whole mean something else.
        const re2::RE2 alone(part, re2::RE2::Quiet);
        if (!alone.ok()) {
            Fault(LineOf(value), fmt::format("`match` is no regex: {}", alone.error()),
                  "write RE2 syntax (https://github.com/google/re2/wiki/Syntax): no back-references, no look-around; "
                  "named groups are (?P<name>…)");
            continue;
        }
        regex += regex.empty() ? part : "|" + part;
    }
}

void RuleReader::Take(const std::string& key, fy_node* value) {
    Pattern& pattern = rule_.pattern;
    if (key == "id")
        pattern.id = Word(value, "id", "[a-z0-9][a-z0-9_.-]{0,63}",
                          "lower-case letters, digits, . _ and -, at most 64, such as acme.feed_quota");
    else if (key == "match")
        TakeMatch(value);
    else if (key == "code")
        pattern.code = Word(value, "code", "[A-Z][A-Z0-9_]{2,63}", "capitals, digits and _, such as CUSTOM_FEED_QUOTA");
    else if (key == "family")
        rule_.cause.family =
            Word(value, "family", "[a-z][a-z0-9_]{0,31}", "one lower-case word, such as data or network");
    else if (key == "meaning")
        rule_.cause.meaning = Text(value, "meaning", 500);
    else if (key == "transience")
        TakeTransience(value);
    else if (key == "class" || key == "classification")
        pattern.classification =
            Word(value, "class", "[a-z][a-z0-9_]{0,63}", "one lower-case word, such as quota_exceeded");
    else if (key == "score")
        TakeScore(value);
    else if (key == "case")
        pattern.keeps_case = Word(value, "case", "true|false", "true or false") == "true";
    else if (key == "yes")
        pattern.yes = Texts(value, "yes", kItemsMax, kTextBytesMax);
    else if (key == "no")
        pattern.no = Texts(value, "no", kItemsMax, kTextBytesMax);
    else if (key == "title" || key == "cause")
        rule_.advice[key] = Lines(value, key, 1);
    else if (key == "fix")
        rule_.advice["fix"] = Lines(value, key, 2);
    else if (key == "remediation" || key == "steps")
        rule_.advice["steps"] = Lines(value, key, 2);
    else if (key == "prevention")
        rule_.advice["prevention"] = Prevention(value);
    else
        Fault(pattern.line, fmt::format("a rule has no member `{}`", key.substr(0, 80)),
              fmt::format("its members are {}", kMembers));
}

std::optional<OwnRule> RuleReader::Read(fy_node* node) {
    if (!fy_node_is_mapping(node)) {
        Fault(LineOf(node), "an entry of the list is not a rule",
              "begin each rule with `- id: name` and put its other members below");
        return std::nullopt;
    }
    rule_.pattern.is_own = true;
    rule_.pattern.score = 0.95;
    rule_.pattern.file = "guidance";
    const int line = LineOf(node);
    // The id first, so that every other fault can name it.
    void* at = nullptr;
    while (fy_node_pair* pair = fy_node_mapping_iterate(node, &at))
        if (Scalar(fy_node_pair_key(pair)) == "id") rule_.pattern.id = Scalar(fy_node_pair_value(pair)).substr(0, 64);
    at = nullptr;
    while (fy_node_pair* pair = fy_node_mapping_iterate(node, &at)) {
        fy_node* key = fy_node_pair_key(pair);
        rule_.pattern.line = LineOf(key);
        fy_node* value = fy_node_pair_value(pair);
        if (!IsText(key))
            Fault(LineOf(key), "a member's name is not a text", fmt::format("a rule's members are {}", kMembers));
        else if (value == nullptr || (IsText(value) && Scalar(value).empty()))
            Fault(LineOf(key), fmt::format("`{}` is empty", Scalar(key).substr(0, 80)),
                  "give it a value, or leave it out");
        else
            Take(Scalar(key), value);
    }
    rule_.pattern.line = line;
    CheckWhole();
    if (good_) CheckHoles();
    return good_ ? std::optional(std::move(rule_)) : std::nullopt;
}

void RuleReader::CheckWhole() {
    Pattern& pattern = rule_.pattern;
    const auto lacks = [&](std::string_view key, std::string_view way_out) {
        Fault(pattern.line, fmt::format("the rule has no {}", key), std::string(way_out));
    };
    if (pattern.id.empty()) lacks("id", "name it: `id: acme.feed_quota`");
    if (pattern.regex.empty() && good_)
        lacks("match", "say which words of an error it is about: `match: 'quota of feed \\w+ is used up'`");
    if (pattern.code.empty() && good_)
        lacks("code", "name a listed code, or one of your own with family, meaning and transience");
    if (pattern.yes.empty())
        lacks("example", "add `yes: [\"a line as your logs have it\"]`: it is tried before the rule counts");
    if (!good_) return;
    if (const std::string fault = PatternSet::FaultOf(pattern); !fault.empty()) {
        const bool literal = fault.find("literal") != std::string::npos;
        Fault(pattern.line, "the match " + fault,
              literal ? "each alternative needs three characters in a row that must be there: a million lines are "
                        "searched for those first"
                      : "write RE2 syntax; a group's name may be used once");
    }
}

void RuleReader::CheckHoles() {
    const re2::RE2 regex(rule_.pattern.regex, re2::RE2::Quiet);
    std::set<std::string> captures;
    for (const auto& [group, name] : regex.CapturingGroupNames()) captures.insert(name);
    std::set<std::string> told;
    for (const auto& hole : HolesOf(json::value(rule_.advice))) {
        if (captures.contains(hole) || KnownWords().contains(hole) || !told.insert(hole).second) continue;
        Fault(rule_.pattern.line,
              fmt::format("its texts use {{{}}}, which is no group of its match and no word of a run",
                          hole.substr(0, 80)),
              fmt::format("capture it with (?P<{}>…), use one of {}, or write {{{{ and }}}} for braces",
                          re2::RE2::FullMatch(hole, R"(\w+)") ? hole : "name", fmt::join(KnownWords(), " ")));
    }
}

}  // namespace dagy::diagnose
