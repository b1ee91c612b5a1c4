/// Small words of sentences: durations, times, lists, quotes. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"

namespace dagy::diagnose {

/// `0.5 s`, `6 s`, `3 min 20 s`, `2 h 5 min`, `3 days 4 h`.
std::string SayDuration(double seconds);
/// `2026-11-23 12:02:26 UTC`.
std::string SayTime(Time time);
/// `1 task`, `2 tasks`.
std::string SayCount(int64_t count, std::string_view singular, std::string_view plural = {});
/// `a, b and c`; of more than `shown` the first ones `and 7 more`. `quote` stands around each.
std::string SayList(const std::vector<std::string>& items, std::string_view quote = {}, size_t shown = 6);
/// On one line, without ANSI codes, at most `bytes` long (`…` where it was cut), trimmed.
std::string OneLine(std::string_view text, size_t bytes = 200);
/// A value as a person writes it: text without quotes, an object as `host http://x, port 5`, `***` as it is, null as
/// "nothing".
std::string SayValue(const json::value& value, size_t bytes = 120);
/// Two objects: only the members that differ, `host http://a → http://b`. Otherwise `a → b`.
std::string SayChange(const json::value& before, const json::value& after);
/// First letter in upper case.
std::string Capitalised(std::string text);
/// Ends with a full stop unless it ends in one, or in a ref behind one.
std::string Sentence(std::string text);

}  // namespace dagy::diagnose
