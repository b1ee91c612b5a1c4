#include "base/time.h"

#include <fmt/format.h>

namespace dagy {
namespace {

using namespace std::chrono;

/// Takes exactly `digits` decimal digits off the front.
std::optional<int> TakeNumber(std::string_view& text, size_t digits) {
    if (text.size() < digits) return std::nullopt;
    int value = 0;
    for (size_t i = 0; i < digits; ++i) {
        const char c = text[i];
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(digits);
    return value;
}

bool Take(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<sys_days> TakeDate(std::string_view& text) {
    const auto y = TakeNumber(text, 4);
    if (!y || !Take(text, '-')) return std::nullopt;
    const auto m = TakeNumber(text, 2);
    if (!m || !Take(text, '-')) return std::nullopt;
    const auto d = TakeNumber(text, 2);
    if (!d) return std::nullopt;
    const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
    if (!date.ok()) return std::nullopt;
    return sys_days{date};
}

/// Fraction after '.' or ',': digits beyond microseconds are cut.
std::optional<int64_t> TakeFraction(std::string_view& text) {
    if (!Take(text, '.') && !Take(text, ',')) return 0;
    int64_t micros = 0;
    size_t digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        if (digits < 6) micros = micros * 10 + (text.front() - '0');
        ++digits;
        text.remove_prefix(1);
    }
    if (digits == 0 || digits > 9) return std::nullopt;
    for (size_t i = digits; i < 6; ++i) micros *= 10;
    return micros;
}

/// Minutes east of UTC; nothing left means UTC.
std::optional<int> TakeZone(std::string_view& text) {
    if (text.empty() || Take(text, 'Z') || Take(text, 'z')) return 0;
    const char sign = text.front();
    if (sign != '+' && sign != '-') return std::nullopt;
    text.remove_prefix(1);
    const auto hours = TakeNumber(text, 2);
    if (!hours || *hours > 23) return std::nullopt;
    Take(text, ':');
    const auto minutes = text.empty() ? std::optional<int>{0} : TakeNumber(text, 2);
    if (!minutes || *minutes > 59) return std::nullopt;
    const int total = *hours * 60 + *minutes;
    return sign == '+' ? total : -total;
}

}  // namespace

std::optional<Time> ParseTime(std::string_view text) {
    const auto date = TakeDate(text);
    if (!date) return std::nullopt;
    if (!Take(text, 'T') && !Take(text, 't') && !Take(text, ' ')) return std::nullopt;
    const auto h = TakeNumber(text, 2);
    if (!h || *h > 23 || !Take(text, ':')) return std::nullopt;
    const auto m = TakeNumber(text, 2);
    if (!m || *m > 59 || !Take(text, ':')) return std::nullopt;
    const auto s = TakeNumber(text, 2);
    if (!s || *s > 60) return std::nullopt;
    const auto micros = TakeFraction(text);
    if (!micros) return std::nullopt;
    const auto zone = TakeZone(text);
    if (!zone || !text.empty()) return std::nullopt;
    return Time{*date} + hours{*h} + minutes{*m - *zone} + seconds{*s} + microseconds{*micros};
}

std::string FormatTime(Time time) {
    const auto days = floor<std::chrono::days>(time);
    const year_month_day date{days};
    const hh_mm_ss<microseconds> clock{time - days};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

std::string FormatDate(Time time) {
    return FormatTime(time).substr(0, 10);
}

std::optional<std::chrono::sys_days> ParseDate(std::string_view text) {
    const auto date = TakeDate(text);
    if (!date || !text.empty()) return std::nullopt;
    return date;
}

Time SystemClock::Now() const {
    return floor<microseconds>(system_clock::now());
}

}  // namespace dagy
