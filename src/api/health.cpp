#include "api/health.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/error.h"

namespace dagy::api {
namespace {

using Steady = std::chrono::steady_clock;

HealthReport Checked(const HealthPart& part) {
    try {
        return part.check();
    } catch (const Error& error) {
        return {.health = Health::kUnhealthy, .message = error.detail()};
    } catch (const std::exception&) {
        return {.health = Health::kUnhealthy, .message = "the check failed; see the server's log"};
    }
}

}  // namespace

struct HealthChecks::Part {
    HealthPart what;
    HealthReport report;
    double latency_ms = 0;
    bool wanted = false;
    bool running = false;
    bool known = false;
    Steady::time_point begun{}, ended{};
    std::thread thread;
};

std::string_view Name(Health health) {
    switch (health) {
        case Health::kHealthy:
            return "healthy";
        case Health::kDegraded:
            return "degraded";
        case Health::kUnhealthy:
            return "unhealthy";
    }
    return "unhealthy";
}

HealthChecks::HealthChecks(std::vector<HealthPart> parts, const Clock& clock, std::string version,
                           HealthOptions options)
    : clock_(clock), version_(std::move(version)), options_(options) {
    for (HealthPart& part : parts) {
        parts_.push_back(std::make_unique<Part>());
        parts_.back()->what = std::move(part);
    }
    for (auto& part : parts_) part->thread = std::thread([this, &part = *part] { Run(part); });
}

HealthChecks::~HealthChecks() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    wake_.notify_all();
    for (auto& part : parts_) part->thread.join();
}

void HealthChecks::Run(Part& part) {
    std::unique_lock lock(mutex_);
    while (true) {
        wake_.wait(lock, [&] { return stop_ || part.wanted; });
        if (stop_) return;
        part.wanted = false;
        part.running = true;
        part.begun = Steady::now();
        lock.unlock();
        HealthReport report = Checked(part.what);
        lock.lock();
        part.report = std::move(report);
        part.ended = Steady::now();
        part.latency_ms = std::chrono::duration<double, std::milli>(part.ended - part.begun).count();
        part.running = false;
        part.known = true;
        answered_.notify_all();
    }
}

HealthChecks::Answer HealthChecks::Ask() {
    std::unique_lock lock(mutex_);
    const auto now = Steady::now();
    for (auto& part : parts_) {
        const bool young = part->known && now - part->ended < options_.reuse;
        if (!young && !part->running) part->wanted = true;
    }
    wake_.notify_all();
    answered_.wait_until(lock, now + options_.limit, [&] {
        return std::ranges::none_of(parts_, [](const auto& p) { return p->wanted || p->running; });
    });

    Answer answer;
    json::array components;
    for (auto& part : parts_) components.push_back(Shape(*part, Steady::now(), answer.health));
    answer.body["status"] = Name(answer.health);
    answer.body["version"] = version_;
    answer.body["components"] = std::move(components);
    answer.body["timestamp"] = FormatTime(clock_.Now());
    return answer;
}

json::object HealthChecks::Shape(Part& part, Steady::time_point now, Health& worst) const {
    HealthReport report = part.report;
    double latency_ms = part.latency_ms;
    if (part.running || part.wanted) {
        latency_ms = part.running ? std::chrono::duration<double, std::milli>(now - part.begun).count() : 0;
        report = {.health = Health::kUnhealthy,
                  .message = fmt::format("no answer within {} ms", options_.limit.count())};
    }
    worst = std::max(worst, report.health);
    return {{"name", part.what.name},
            {"status", Name(report.health)},
            {"message", report.message},
            {"latency_ms", latency_ms}};
}

HealthReport CheckDisk(const std::string& path) {
    std::error_code failed;
    const auto space = std::filesystem::space(path, failed);
    if (failed) return {.health = Health::kUnhealthy, .message = "the data folder cannot be looked at"};
    const double free_gib = static_cast<double>(space.available) / (1 << 30);
    const double share =
        space.capacity == 0 ? 0 : static_cast<double>(space.available) / static_cast<double>(space.capacity);
    HealthReport report{.message = fmt::format("{:.1f} GiB free ({:.0f} %)", free_gib, share * 100)};
    if (free_gib < 1 || share < 0.05) report.health = Health::kDegraded;
    if (space.available < (64U << 20)) report.health = Health::kUnhealthy;
    return report;
}

}  // namespace dagy::api
