/// Times are UTC with microseconds everywhere; text is RFC 3339.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dagy {

using Time = std::chrono::sys_time<std::chrono::microseconds>;

/// Reads RFC 3339 and Airflow's variants: `2026-05-13T00:00:00[.ffffff](Z|+00:00|+0000|)`, `T` or a space, 0–9 fraction
/// digits (cut to microseconds). Without a zone it is UTC. Nothing where the text is not such a time.
std::optional<Time> ParseTime(std::string_view text);

/// `2026-05-13T00:00:00.000000Z`, always six fraction digits.
std::string FormatTime(Time time);

/// `2026-05-13`: the UTC date.
std::string FormatDate(Time time);

/// Reads `YYYY-MM-DD` of an existing day.
std::optional<std::chrono::sys_days> ParseDate(std::string_view text);

constexpr int64_t ToMicros(Time time) {
    return time.time_since_epoch().count();
}
constexpr Time FromMicros(int64_t micros) {
    return Time{std::chrono::microseconds{micros}};
}
constexpr double SecondsBetween(Time from, Time to) {
    return static_cast<double>((to - from).count()) / 1e6;
}

/// Handed in, so that tests own it.
class Clock {
  public:
    virtual ~Clock() = default;
    virtual Time Now() const = 0;
};

class SystemClock final : public Clock {
  public:
    Time Now() const override;
};

/// Stands still until told; for tests.
class ManualClock final : public Clock {
  public:
    explicit ManualClock(Time now) : now_(now) {}
    Time Now() const override { return now_; }
    void Set(Time now) { now_ = now; }

  private:
    Time now_;
};

}  // namespace dagy
