#include "diagnose/wording/redactor.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <array>
#include <cmath>
#include <functional>
#include <set>

namespace dagy::diagnose {
namespace {

/// One kind of thing to take out: group 1 is what stays before it, group 2 what goes.
struct Rule {
    const char* kind;
    const char* pattern;
    bool (*accept)(std::string_view) = nullptr;
};

bool IsMark(std::string_view text) {
    return text.starts_with("‹secret-") || text.starts_with("‹email-") || text.starts_with("‹ip-");
}

bool IsNew(std::string_view text) {
    return !IsMark(text);
}

bool IsSecretValue(std::string_view text) {
    return !IsMark(text) && text.find_first_not_of("*.•xX") != std::string_view::npos && text != "None" &&
           text != "null" && text != "true" && text != "false";
}

/// Long runs of letters and digits without a shape of their own: keys are, words are not.
bool IsRandom(std::string_view text) {
    std::array<int, 256> seen{};
    int digits = 0, letters = 0;
    for (const char c : text) {
        ++seen[static_cast<unsigned char>(c)];
        digits += c >= '0' && c <= '9';
        letters += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
    double bits = 0;
    for (const int count : seen) {
        if (count == 0) continue;
        const double share = count / static_cast<double>(text.size());
        bits -= share * std::log2(share);
    }
    return digits >= 2 && letters >= 3 && bits >= 3.0;
}

bool IsForeignIp(std::string_view text) {
    return !text.starts_with("127.") && text != "0.0.0.0" && text != "::1" && text != "::";
}

#define SECRET_NAME                                                                                                  \
    "[\\w.-]*(?:passw(?:or)?d|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|account[_-]?key|"        \
    "private[_-]?key|shared[_-]?access[_-]?\\w*|client[_-]?secret|credentials?|authorization|cookie|session[_-]?id|" \
    "signature|connection[_-]?string|x-amz-\\w+)"

constexpr Rule kRules[] = {
    {"secret", R"(()(-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|\z)))"},
    // scheme://user:password@host; a password may hold a slash or an @
    {"secret", R"((\b[a-zA-Z][a-zA-Z0-9+.-]*://)([^\s/@:'"]*:[^\s'"]*)@)", IsNew},
    {"secret", R"((\b[a-zA-Z][a-zA-Z0-9+.-]*://)([^\s/@'"]+)@)", IsNew},
    {"secret", R"((?i)(\b(?:bearer|basic|digest|negotiate)\s+)([A-Za-z0-9._~+/=-]{6,}))", IsSecretValue},
    {"secret", R"((?i)(\b(?:set-)?cookie['"]?\s*[:=]\s*['"]?)([^\r\n'"]+))", IsSecretValue},
    // "password": "…", quoted, may hold spaces
    {"secret", "(?i)(" SECRET_NAME R"(\\?['"]?\s*(?:=>|:=|[:=])\s*\\?["'])([^"'\r\n]+))", IsSecretValue},
    {"secret", "(?i)(" SECRET_NAME R"(['"]?\s*(?:=>|:=|[:=])\s*(?:(?:bearer|basic)\s+)?)([^\s'",;&)}\]]+))",
     IsSecretValue},
    // --password hunter2, -p is too many things
    {"secret", "(?i)(--" SECRET_NAME R"(\s+)([^\s'",;]+))", IsSecretValue},
    {"secret", R"((?i)([?&](?:sig|sv|se|key|code|auth)=)([^\s&'"]+))", IsSecretValue},
    {"secret", R"((?i)(hooks\.slack\.com/(?:services|workflows)/)([\w/-]+))"},
    {"secret",
     R"(()(\b(?:(?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{12,}|gh[pousr]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{12,}|xox[a-z]-[\w-]{8,}|[sr]k[-_][\w-]{12,}|AIza[\w-]{20,}|dagy_(?:sk|at)_\w+|ey[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?)))"},
    {"email", R"(()(\b[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}\b))"},
    {"ip", R"(()(\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b))", IsForeignIp},
    {"ip", R"(()((?i)\b(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}\b))", IsForeignIp},
    {"ip", R"((^|[\s\[('"=,])((?i)(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}\b|(?:[0-9a-f]{1,4}:){2,7}:))",
     IsForeignIp},
    {"secret", R"(()([A-Za-z0-9+/]{40,}={0,2}|[A-Za-z0-9+]{24,}={0,2}))", IsRandom},
};

const std::vector<std::unique_ptr<re2::RE2>>& Patterns() {
    static const auto* patterns = [] {
        auto* list = new std::vector<std::unique_ptr<re2::RE2>>;
        for (const Rule& rule : kRules) list->push_back(std::make_unique<re2::RE2>(rule.pattern));
        return list;
    }();
    return *patterns;
}

}  // namespace

std::string Redactor::MarkOf(std::string_view kind, std::string_view value) {
    if (const auto known = marks_.find(value); known != marks_.end()) return known->second;
    std::string mark = fmt::format("‹{}-{}›", kind, ++last_[std::string(kind)]);
    marks_.emplace(value, mark);
    return mark;
}

std::string Redactor::Redact(std::string_view text) {
    std::string now(text);
    for (size_t i = 0; i < std::size(kRules); ++i) {
        const Rule& rule = kRules[i];
        std::string next;
        size_t copied = 0, at = 0;
        re2::StringPiece groups[3];
        while (at <= now.size() && Patterns()[i]->Match(now, at, now.size(), re2::RE2::UNANCHORED, groups, 3)) {
            const auto begin = static_cast<size_t>(groups[2].data() - now.data());
            const std::string_view value(groups[2].data(), groups[2].size());
            const size_t end = begin + value.size();
            if (value.empty()) {
                at = begin + 1;
                continue;
            }
            at = end;
            if (rule.accept != nullptr && !rule.accept(value)) continue;
            next.append(now, copied, begin - copied);
            next += MarkOf(rule.kind, value);
            copied = end;
        }
        if (copied == 0) continue;
        next.append(now, copied, std::string::npos);
        now = std::move(next);
    }
    return now;
}

std::string Redactor::Restore(std::string text) const {
    for (const auto& [value, mark] : marks_) {
        if (mark.starts_with("‹secret-")) continue;
        for (size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += value.size())
            text.replace(at, mark.size(), value);
    }
    return text;
}

}  // namespace dagy::diagnose
