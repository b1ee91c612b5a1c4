#include "diagnose/classify/assess.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "diagnose/classify/frames.h"
#include "diagnose/read/line.h"
#include "diagnose/read/told_exception.h"

namespace dagy::diagnose {
namespace {

using Kind = ClassRow::Kind;

constexpr size_t kTextBytesMax = 12000;

/// SQL text and its parameters are data of the user: they name tables, not errors.
std::string_view WithoutStatement(std::string_view text) {
    for (const std::string_view begin : {"\n[SQL:", "\n[parameters", "\n[generated", "[SQL: ", "\nQuery:\n"})
        text = text.substr(0, text.find(begin));
    return text.substr(0, kTextBytesMax);
}

/// Classes whose message is a key, a name, a type or nothing that matters: only words about code and its surroundings
/// mean anything there.
bool HasNamesForMessage(std::string_view short_type) {
    static constexpr std::array<std::string_view, 9> kTypes{"KeyError",      "AttributeError",    "NameError",
                                                            "IndexError",    "TypeError",         "UnboundLocalError",
                                                            "StopIteration", "ZeroDivisionError", "RecursionError"};
    return std::ranges::find(kTypes, short_type) != kTypes.end();
}

bool IsAboutCode(std::string_view code) {
    return code.starts_with("DEPENDENCY_") || code.starts_with("CONFIG_") || code == "DATA_SCHEMA_MISMATCH" ||
           code == "USER_CODE_SERIALIZATION" || code == "USER_CODE_TEMPLATE_ERROR";
}

/// Classes that code raises and catches on its way: what is tried first, before the fallback.
bool IsAttempt(std::string_view short_type) {
    static constexpr std::array<std::string_view, 10> kTypes{
        "KeyError",      "IndexError",        "AttributeError",      "LookupError", "ValueError",
        "StopIteration", "FileNotFoundError", "ModuleNotFoundError", "ImportError", "NotADirectoryError"};
    return std::ranges::find(kTypes, short_type) != kTypes.end();
}

/// What a value of the wrong form raises on its way into a type.
bool IsConversion(std::string_view short_type) {
    static constexpr std::array<std::string_view, 8> kTypes{
        "ValueError",  "JSONDecodeError", "InvalidOperation", "ConversionSyntax",
        "ParserError", "YAMLError",       "ScannerError",     "ZoneInfoNotFoundError"};
    return std::ranges::find(kTypes, short_type) != kTypes.end();
}

/// Paths and queries of URLs are the user's words, not an error's.
std::string WithoutUrlPaths(std::string_view text) {
    std::string plain;
    for (size_t at = 0; at < text.size();) {
        const size_t scheme = text.find("://", at);
        if (scheme == std::string_view::npos) return plain.append(text.substr(at));
        const size_t host = scheme + 3;
        const size_t path = std::min(text.find_first_of("/? '\"\n)>,", host), text.size());
        size_t end = path;
        if (path < text.size() && (text[path] == '/' || text[path] == '?'))
            end = std::min(text.find_first_of(" '\"\n)>,", path), text.size());
        plain.append(text.substr(at, path - at));
        // What ends a sentence ends the URL.
        if (end > path && (text[end - 1] == ':' || text[end - 1] == '.')) --end;
        at = end;
    }
    return plain;
}

std::string Clause(std::string_view text) {
    std::string clause(text.substr(0, 160));
    std::ranges::replace(clause, '\n', ' ');
    return clause;
}

Beaten BeatenOf(const Verdict& verdict) {
    return {verdict.rule, verdict.code, verdict.why, verdict.score};
}

/// `LoginRefused` as the words that it is made of.
std::string NameAsWords(std::string_view short_type) {
    std::string words;
    for (size_t i = 0; i < short_type.size(); ++i) {
        const char c = short_type[i];
        const bool begins = c >= 'A' && c <= 'Z' && i > 0 && short_type[i - 1] >= 'a' && short_type[i - 1] <= 'z';
        if (begins) words.push_back(' ');
        words.push_back(c == '_' ? ' ' : c);
    }
    return words;
}

/// `winner` instead of `loser` on the same text.
void Beat(Verdict& winner, Verdict& loser) {
    for (auto& beaten : loser.beaten) winner.beaten.push_back(std::move(beaten));
    winner.beaten.push_back(BeatenOf(loser));
}

bool SaysParsing(std::string_view message) {
    static const re2::RE2 kParsing(
        R"((?i)\b(?:pars|cast|conver|decod|deserial|format|read|unsupported type|expected str))");
    return re2::RE2::PartialMatch(re2::StringPiece(message.data(), std::min<size_t>(message.size(), 2000)), kParsing);
}

/// Something elsewhere failed, and its own log says why.
bool SaysOnlyThatItFailed(std::string_view message) {
    static const re2::RE2 kFailed(
        R"((?i)\b(?:state|status)\b.{0,40}\b(?:failed|error|dead|unsuccessful)\b|unknown error|unexpected state|returned a failure|reports job failure|\bjob\b[^:]{0,60}\bfailed\.?$)");
    return re2::RE2::PartialMatch(re2::StringPiece(message.data(), std::min<size_t>(message.size(), 1000)), kFailed);
}

std::string PathIn(std::string_view message) {
    static const re2::RE2 kPath(R"(['"]([^'"]*[/\\.][^'"]*)['"])");
    std::string path;
    re2::RE2::PartialMatch(re2::StringPiece(message.data(), message.size()), kPath, &path);
    return path;
}

}  // namespace

std::optional<Verdict> Assessor::Best(std::string_view recorded, bool respect_harmless, bool with_own) {
    const std::string text = WithoutUrlPaths(recorded);
    std::optional<Verdict> best;
    PatternMatch best_match;
    if (!scanner_.MayMatch(text)) return best;
    for (const auto& match : scanner_.Matches()) {
        const Pattern& pattern = *match.pattern;
        if (pattern.code == "NONE") {
            if (respect_harmless) return std::nullopt;
            continue;
        }
        if (pattern.is_own && !with_own) continue;
        Verdict verdict{.code = pattern.code,
                        .score = pattern.score,
                        .rule = pattern.id,
                        .why = Clause(match.text),
                        .from_words = true,
                        .is_own = pattern.is_own};
        if (pattern.is_own) verdict.classification = pattern.classification;
        if (!pattern.table.empty()) {
            std::string key;
            for (const auto& [name, value] : tables_.patterns.Captures(match))
                if (name.starts_with("key")) key = value;
            const CodeRow* row = tables_.FindCode(pattern.table, key);
            if (row == nullptr) continue;
            verdict.code = row->code;
            if (pattern.table == "exit") verdict.score = row->score;
            verdict.why = pattern.table + " " + key + (row->meaning.empty() ? "" : ": " + row->meaning);
            verdict.captures[pattern.table == "http" ? "status" : "number"] = key;
        }
        if (!best) {
            best = std::move(verdict);
            best_match = match;
        } else if (best->is_own != verdict.is_own ? best->is_own : best->score >= verdict.score) {
            // Who wrote a rule about this very text knows it better; how much the text weighs is not theirs to lower.
            if (best->is_own) best->score = std::max(best->score, verdict.score);
            best->beaten.push_back(BeatenOf(verdict));
        } else {
            verdict.beaten = std::move(best->beaten);
            verdict.beaten.push_back(BeatenOf(*best));
            if (verdict.is_own) verdict.score = std::max(verdict.score, best->score);
            best = std::move(verdict);
            best_match = match;
        }
    }
    if (best)
        for (auto& [name, value] : tables_.patterns.Captures(best_match))
            if (best->is_own || !name.starts_with("key")) best->captures[name] = value;
    return best;
}

std::optional<Verdict> Assessor::OfText(std::string_view text, bool with_own) {
    return Best(WithoutStatement(text), true, with_own);
}

std::optional<Verdict> Assessor::Embedded(std::string_view text) {
    static const re2::RE2 kClass(
        R"(((?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Violation|Timeout|NotFound|Denied|Expired|Failure))(?:\b|\()|\b([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]+)+): )");
    re2::StringPiece rest(text.data(), text.size());
    std::string name, before_colon;
    std::optional<Verdict> best;
    while (re2::RE2::FindAndConsume(&rest, kClass, &name, &before_colon)) {
        if (name.empty()) name = before_colon;
        const ClassRow* row = tables_.FindClass(name);
        double factor = 1;
        if (row == nullptr) {
            row = KinOf(name.substr(name.rfind('.') + 1)).second;
            factor = 0.9;
        }
        if (row == nullptr || row->kind == Kind::kWrapper || row->kind == Kind::kControl) continue;
        if (best && best->score >= row->score * factor) continue;
        best = Verdict{.code = row->code,
                       .score = row->score * factor,
                       .rule = "class." + name,
                       .why = name + " inside the message",
                       .exception_class = name,
                       .kind = row->kind};
    }
    return best;
}

std::string Assessor::KnownClassIn(std::string_view text) const {
    static const re2::RE2 kDotted(R"((?:^|[\s(])((?:[A-Za-z_]\w*\.){1,6}[A-Za-z_]\w+)(?:: |\) |$))");
    re2::StringPiece rest(text.data(), std::min<size_t>(text.size(), 1000));
    std::string name;
    while (re2::RE2::FindAndConsume(&rest, kDotted, &name))
        if (tables_.FindClass(name) != nullptr) return name;
    return {};
}

std::optional<Verdict> Assessor::Claimed(std::string_view recorded) {
    const std::string text = WithoutUrlPaths(recorded);
    if (scanner_.MayMatch(text) && std::ranges::any_of(scanner_.Matches(), [](const PatternMatch& match) {
            return match.pattern->code == "NONE";
        }))
        return std::nullopt;
    const auto match = tables_.claims.Find(text);
    if (!match) return std::nullopt;
    return Verdict{.code = match->claim->code,
                   .score = match->claim->score,
                   .rule = "claim." + match->claim->things.front() + "." + match->claim->states.front(),
                   .why = Clause(match->words),
                   .from_words = true,
                   .is_claim = true};
}

std::pair<std::string, const ClassRow*> Assessor::KinOf(std::string_view short_type) const {
    // From the longest ending down; the last word alone (`Error`, `Timeout`) says too little.
    for (size_t at = 1; at < short_type.size(); ++at) {
        const bool word_begins =
            short_type[at] >= 'A' && short_type[at] <= 'Z' && short_type[at - 1] >= 'a' && short_type[at - 1] <= 'z';
        if (!word_begins) continue;
        const std::string_view ending = short_type.substr(at);
        const bool two_words = std::ranges::any_of(ending.substr(1), [](char c) { return c >= 'A' && c <= 'Z'; });
        if (!two_words) break;
        const ClassRow* row = tables_.FindClass(ending);
        if (row != nullptr && (row->kind == Kind::kGeneric || row->kind == Kind::kCause))
            return {std::string(ending), row};
    }
    return {{}, nullptr};
}

std::optional<Verdict> Assessor::OfException(const Exception& exception, bool with_own) {
    const std::string short_type = exception.ShortType();
    const ClassRow* row = tables_.FindClass(exception.type);
    if (row != nullptr && row->kind == Kind::kControl) return std::nullopt;
    const std::string whole = exception.type + ": " + exception.message;
    const std::string_view text = WithoutStatement(whole);
    auto words = Best(text, false, with_own);
    const bool user = RaisedByUser(exception);

    Verdict verdict{.code = "USER_CODE_PYTHON_UNCLASSIFIED",
                    .score = user ? 0.55 : 0.45,
                    .rule = "class.unknown",
                    .why = exception.type + ", a class without a code of its own",
                    .kind = Kind::kGeneric};
    if (exception.language == "jvm") verdict.code = "USER_CODE_JVM_EXCEPTION";
    // A name of the user's own that equals a server's means what its message says.
    static constexpr std::array<std::string_view, 4> kServers{"DATABASE_", "SQL_", "NETWORK_", "HTTP_"};
    if (row != nullptr && (row->kind == Kind::kCause || row->kind == Kind::kGeneric) && RaisedAsOwnClass(exception) &&
        !words &&
        std::ranges::any_of(kServers, [&](std::string_view family) { return row->code.starts_with(family); }) &&
        !Claimed(exception.message))
        row = nullptr;
    // A library's `AddressValueError` is a ValueError with a longer name; a user's own class means what its user says.
    if (row == nullptr && !user) {
        const auto [name, kin] = KinOf(short_type);
        if (kin != nullptr)
            verdict = {.code = kin->code,
                       .score = std::min(kin->score * 0.9, 0.62),
                       .rule = "class.kin." + name,
                       .why = exception.type + ", a kind of " + name,
                       .kind = Kind::kGeneric};
    }
    if (row != nullptr)
        verdict = {.code = row->code,
                   .score = row->score,
                   .rule = "class." + short_type,
                   .why = exception.type,
                   .kind = row->kind};

    if (short_type == "SyntaxError" && RaisedByDatabase(exception))
        verdict = {.code = "SQL_SYNTAX_ERROR",
                   .score = 0.92,
                   .rule = "frames.sql_syntax",
                   .why = "SyntaxError of a database driver"};
    if (short_type == "KeyError" && RaisedByEnvironment(exception))
        verdict = {.code = "CONFIG_VARIABLE_MISSING",
                   .score = 0.93,
                   .rule = "frames.environ",
                   .why = "a look-up in os.environ failed"};
    if ((short_type == "ValueError" || short_type == "TypeError" || short_type == "OverflowError") &&
        RaisedByParser(exception) && verdict.kind == Kind::kGeneric &&
        (short_type != "TypeError" || SaysParsing(exception.message)))
        verdict = {.code = "DATA_PARSE_ERROR",
                   .score = 0.88,
                   .rule = "frames.parser",
                   .why = short_type + " raised while parsing",
                   .kind = Kind::kGeneric};
    if (short_type == "BlockingIOError" && RaisedByLock(exception))
        verdict = {.code = "DATABASE_LOCK_TIMEOUT",
                   .score = 0.97,
                   .rule = "frames.lock",
                   .why = "a lock file is held by another process"};
    if (short_type == "TimeoutError" && exception.message.empty() && RaisedByFuture(exception))
        verdict = {.code = "USER_CODE_PYTHON_UNCLASSIFIED",
                   .score = 0.56,
                   .rule = "frames.future",
                   .why = "the code waited too long for a part of its own",
                   .kind = Kind::kGeneric};
    if ((short_type == "TimeoutError" || short_type == "CancelledError" || short_type == "timeout") &&
        RaisedByConnect(exception))
        verdict = {.code = "NETWORK_CONNECT_TIMEOUT",
                   .score = 0.88,
                   .rule = "frames.connect",
                   .why = short_type + " raised while connecting"};
    const bool is_none = short_type == "TypeError" && exception.message.find("not 'NoneType'") != std::string::npos;
    if ((is_none || IsConversion(short_type)) && RaisedBySetting(exception)) {
        verdict = {.code = is_none ? "CONFIG_VARIABLE_MISSING" : "CONFIG_INVALID_VALUE",
                   .score = 0.96,
                   .rule = "frames.setting",
                   .why = short_type + " raised while a setting was read"};
    }
    if (exception.language == "jvm" && short_type == "IllegalArgumentException" && !user && !exception.frames.empty())
        verdict = {.code = "CONFIG_INVALID_VALUE",
                   .score = 0.72,
                   .rule = "frames.jvm_argument",
                   .why = "a framework refuses what it was given",
                   .kind = Kind::kGeneric};
    if (short_type == "FileNotFoundError" && IsInputPath(PathIn(exception.message)))
        verdict = {
            .code = "DATA_MISSING_INPUT", .score = 0.92, .rule = "path.input", .why = "an input file is not there"};
    if (short_type == "TypeError" && !user && words && words->rule == "version.argument") words->score = 0.86;

    const double worded = words ? words->score : 0;
    if (words && words->is_own) {
        words->kind = verdict.kind == Kind::kFinal ? Kind::kFinal : Kind::kCause;
        words->score = std::max(words->score, verdict.score);
        Beat(*words, verdict);
        words->exception_class = exception.type;
        words->exception_message = exception.message;
        words->row = exception.row;
        return words;
    }
    if (words && verdict.code == "USER_CODE_EXPLICIT_FAILURE" && verdict.kind == Kind::kCause) words.reset();
    if (words && HasNamesForMessage(short_type) && !IsAboutCode(words->code)) words.reset();
    if (words && short_type == "AssertionError" && words->score < 0.96) words.reset();
    if (words && verdict.rule == "path.input" &&
        (words->code == "STORAGE_FILE_NOT_FOUND" || words->rule == "errno.any"))
        words.reset();
    if (words && verdict.kind == Kind::kGeneric && user && row != nullptr && !exception.frames.empty())
        words->score *= 0.93;
    if (words && row == nullptr && user) words->score *= 0.9;

    const bool look_inside = verdict.kind == Kind::kWrapper || row == nullptr || short_type == "SystemExit" ||
                             verdict.kind == Kind::kGeneric;
    std::optional<Verdict> inside;
    if (look_inside && !HasNamesForMessage(short_type))
        inside = Embedded(std::string_view(text).substr(std::min(text.size(), exception.type.size())));
    if (inside) inside->score *= 0.96;

    // Who cannot reach a service calls it unavailable.
    const bool is_reached = !(words && verdict.code == "HTTP_SERVER_ERROR" && words->code.starts_with("NETWORK_"));
    if (words && (words->score > verdict.score || !is_reached)) {
        words->kind = verdict.kind == Kind::kWrapper ? Kind::kCause : verdict.kind;
        Beat(*words, verdict);
        verdict = std::move(*words);
    } else if (words) {
        Beat(verdict, *words);
    }
    if (inside && inside->score > verdict.score && (!verdict.from_words || inside->score > worded)) {
        Beat(*inside, verdict);
        verdict = *inside;
    } else if (inside && verdict.from_words && inside->exception_class.find('.') != std::string::npos)
        verdict.exception_class = inside->exception_class;
    else if (inside && verdict.from_words && row != nullptr && row->kind == Kind::kWrapper)
        verdict.exception_class = inside->exception_class;
    // A class without a meaning of its own means what its message, or at least its name, says.
    const bool means_nothing = !verdict.from_words && verdict.score < kSpecific;
    if (means_nothing && !(inside && inside->score > verdict.score)) {
        auto claim = Claimed(WithoutStatement(exception.message));
        if (!claim) claim = Claimed(NameAsWords(short_type));
        if (claim) {
            claim->score *= 0.9;
            claim->kind = verdict.kind == Kind::kWrapper ? Kind::kCause : verdict.kind;
            Beat(*claim, verdict);
            verdict = std::move(*claim);
        }
    }
    if (!verdict.from_words && verdict.kind == Kind::kWrapper && (!user || short_type == "AirflowException") &&
        SaysOnlyThatItFailed(exception.message))
        verdict.score = std::min(verdict.score, 0.27);
    if (short_type == "SystemExit" && exception.message.find_first_not_of("0123456789-") == std::string::npos)
        verdict.score = 0.35;
    if (verdict.exception_class.empty()) verdict.exception_class = exception.type;
    verdict.exception_message = exception.message;
    verdict.row = exception.row;
    return verdict;
}

std::optional<Verdict> Assessor::OfChain(const ExceptionChain& chain) {
    std::vector<Verdict> verdicts;
    double best = 0;
    for (size_t i = 0; i < chain.exceptions.size(); ++i) {
        // What broke while tidying up after the failure is not the failure.
        const bool follows =
            i + 1 < chain.exceptions.size() && chain.exceptions[i + 1].link == Exception::Link::kContext;
        if (follows && RaisedByCleanUp(chain.exceptions[i])) continue;
        auto verdict = OfException(chain.exceptions[i], chain.where != "orchestrator");
        if (!verdict) continue;
        verdict->exception = i;
        // Who ends a task on purpose because of another failure has that failure for a cause.
        const bool is_decision = verdict->code == "USER_CODE_EXPLICIT_FAILURE" && i + 1 < chain.exceptions.size();
        if (verdict->kind == Kind::kFinal && !is_decision) return verdict;
        if (is_decision) {
            verdict->kind = Kind::kWrapper;
            verdict->score = std::min(verdict->score, 0.6);
        }
        best = std::max(best, verdict->score);
        verdicts.push_back(std::move(*verdict));
    }
    if (verdicts.empty()) return std::nullopt;
    const Verdict* chosen = nullptr;
    for (const auto& verdict : verdicts) {
        const Exception& exception = chain.exceptions[verdict.exception];
        const bool deepest = &verdict == &verdicts.back() && chosen != nullptr && !verdict.exception_message.empty();
        const bool was_open = exception.link == Exception::Link::kContext && !IsAttempt(exception.ShortType());
        // A bare look-up that fails while something else is being handled hides it; a wrapper that only names the step
        // has its cause below.
        const bool hidden = deepest && !chosen->from_words &&
                            ((was_open && chosen->kind == Kind::kGeneric) ||
                             (chosen->rule == "class.unknown" && RaisedByUser(exception)));
        if (hidden) chosen = &verdict;
        if (hidden || verdict.score < best - 0.2 ||
            (chosen != nullptr && verdict.kind == Kind::kWrapper && !verdict.from_words))
            continue;
        // A library that turned its own look-up's failure into a class of its own has said what it means.
        const bool translated = chosen != nullptr && chosen->kind == Kind::kCause && !chosen->from_words &&
                                chosen->score >= 0.85 && IsAttempt(exception.ShortType()) &&
                                !exception.frames.empty() && !RaisedByUser(exception) &&
                                !RaisedByUser(chain.exceptions[chosen->exception]);
        if (translated) continue;
        // A look-up that failed and was being handled is no cause when what came next says what is wrong.
        const bool handled = exception.link == Exception::Link::kContext && chosen != nullptr &&
                             chosen->code != verdict.code && chosen->score >= 0.85 && IsAttempt(exception.ShortType());
        const bool member =
            exception.link == Exception::Link::kGroupMember && chosen != nullptr && chosen->score >= verdict.score;
        if (!handled && !member) chosen = &verdict;
    }
    return chosen == nullptr ? verdicts.front() : *chosen;
}

std::optional<Verdict> Assessor::OfSignal(const Signal& signal) {
    std::string scratch;
    const std::string_view text = TakeInnerHead(WithoutAnsi(signal.text, scratch)).body;
    auto verdict = OfText(text, !signal.is_orchestrator);
    if (!verdict) verdict = OfText(WithoutAnsi(signal.text, scratch), !signal.is_orchestrator);
    auto inside = Embedded(text.substr(0, 4000));
    if (inside && inside->kind != Kind::kGeneric) {
        inside->score *= 0.93;
        if (verdict && verdict->is_own) {
            verdict->score = std::max(verdict->score, inside->score);
        } else if (!verdict || inside->score > verdict->score) {
            if (verdict) Beat(*inside, *verdict);
            verdict = inside;
        }
    }
    if (!verdict && !inside && signal.level >= model::Level::kWarning) verdict = Claimed(text);
    if (!verdict) {
        if ((signal.level < model::Level::kError && signal.name != "told_exception") || !inside) return std::nullopt;
        verdict = inside;
        verdict->score *= 0.85;
    }
    if (inside && verdict->exception_class.empty()) verdict->exception_class = inside->exception_class;
    if (verdict->exception_class.empty()) verdict->exception_class = ToldClass(text);
    if (verdict->exception_class.empty()) verdict->exception_class = KnownClassIn(text);
    verdict->exception_message = text.substr(0, 2000);
    verdict->row = signal.row;
    if (signal.level < model::Level::kWarning)
        verdict->score *= 0.95;
    else if (signal.level == model::Level::kWarning)
        verdict->score *= 0.97;
    return verdict;
}

std::optional<Verdict> Assessor::OfLastWords(const Signal& signal) {
    std::string scratch;
    const std::string_view text = TakeInnerHead(WithoutAnsi(signal.text, scratch)).body;
    auto verdict = Claimed(text);
    if (!verdict) return std::nullopt;
    verdict->exception_class = ToldClass(text);
    verdict->exception_message = text.substr(0, 2000);
    verdict->row = signal.row;
    verdict->score *= 0.9;
    return verdict;
}

}  // namespace dagy::diagnose
