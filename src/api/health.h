/// `/health`: every part of the server asked at once, none of them able to hang the answer.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/json.h"
#include "base/time.h"

namespace dagy::api {

enum class Health { kHealthy, kDegraded, kUnhealthy };
std::string_view Name(Health health);

struct HealthReport {
    Health health = Health::kHealthy;
    std::string message;
};

/// One configured part: `sqlite`, `filesystem`, `duckdb`, `disk` … `check` really talks to it; what it throws makes it
/// unhealthy, an Error by its public text.
struct HealthPart {
    std::string name;
    std::function<HealthReport()> check;
};

struct HealthOptions {
    std::chrono::milliseconds limit{2000};  ///< a part that takes longer is unhealthy
    std::chrono::milliseconds reuse{1000};  ///< a report so young is given again, so that asking often costs nothing
};

/// Thread-safe. A thread a part; a part that hangs is not asked again before it has answered.
class HealthChecks {
  public:
    HealthChecks(std::vector<HealthPart> parts, const Clock& clock, std::string version, HealthOptions options = {});
    ~HealthChecks();

    struct Answer {
        Health health = Health::kHealthy;
        json::object body;  ///< {status, version, components, timestamp}
    };
    Answer Ask();

  private:
    struct Part;
    void Run(Part& part);
    json::object Shape(Part& part, std::chrono::steady_clock::time_point now, Health& worst) const;

    const Clock& clock_;
    const std::string version_;
    const HealthOptions options_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable answered_;
    bool stop_ = false;
    std::vector<std::unique_ptr<Part>> parts_;
};

/// Free space where `path` is: degraded under 1 GiB or 5 %, unhealthy under 64 MiB.
HealthReport CheckDisk(const std::string& path);

}  // namespace dagy::api
