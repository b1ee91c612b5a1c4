/// Counters that are kept, and their Prometheus text.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace dagy::api {

/// Thread-safe.
class Metrics {
  public:
    /// One answered request. `operation` is an operation id, or empty where none was found (no path of a client's
    /// making gets in here).
    void Answered(const std::string& operation, int status, std::chrono::nanoseconds took);

    /// Prometheus text format 0.0.4. What is open now is read by the caller.
    std::string Text(size_t open_streams, size_t open_searches) const;

  private:
    static constexpr std::array kBoundsMs = {1, 5, 25, 100, 500, 2500, 10000};
    struct Operation {
        std::map<int, uint64_t> by_status;
        std::array<uint64_t, kBoundsMs.size()> within{};
        uint64_t count = 0;
        double seconds = 0;
    };

    mutable std::mutex mutex_;
    std::map<std::string, Operation> operations_;
};

}  // namespace dagy::api
