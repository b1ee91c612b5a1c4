/// An Api on a real store and lake in a temporary folder, with two organizations and one failed run; for tests.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "api/api.h"
#include "base/error.h"
#include "base/ids.h"
#include "identity/bootstrap.h"
#include "net/sse.h"
#include "objects/object_store.h"
#include "store/store.h"

namespace dagy::api {

/// Keeps what is streamed, and can be told to be slow or gone.
class TestWriter final : public net::StreamWriter {
  public:
    bool Write(std::string bytes) override {
        const std::lock_guard lock(mutex_);
        if (gone_) return false;
        bytes_ += bytes;
        changed_.notify_all();
        return true;
    }
    bool WaitQueued(size_t, std::chrono::steady_clock::time_point) override { return !Gone(); }
    bool Gone() const override {
        const std::lock_guard lock(mutex_);
        return gone_;
    }
    void Close() override { End(true); }
    void Abort() override { End(false); }
    void OnGone(std::function<void()> call) override {
        const std::lock_guard lock(mutex_);
        on_gone_ = std::move(call);
    }
    void Leave() {
        std::function<void()> call;
        {
            const std::lock_guard lock(mutex_);
            gone_ = true;
            call = on_gone_;
        }
        if (call) call();
    }

    /// Blocks until `test` holds of all bytes so far; the bytes, or a test failure after 10 s.
    template <class Test>
    std::string WaitFor(Test test) {
        std::unique_lock lock(mutex_);
        const bool held = changed_.wait_for(lock, std::chrono::seconds(10), [&] { return test(bytes_); });
        EXPECT_TRUE(held) << bytes_;
        return bytes_;
    }
    std::string WaitEnd() {
        std::unique_lock lock(mutex_);
        EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(10), [&] { return ended_; })) << bytes_;
        return bytes_;
    }
    bool whole() const {
        const std::lock_guard lock(mutex_);
        return whole_;
    }

  private:
    void End(bool whole) {
        const std::lock_guard lock(mutex_);
        ended_ = true;
        whole_ = whole;
        changed_.notify_all();
    }

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::string bytes_;
    bool ended_ = false, whole_ = false, gone_ = false;
    std::function<void()> on_gone_;
};

/// A body that arrives in pieces.
class TestBody final : public net::BodyReader {
  public:
    explicit TestBody(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}
    std::string Read() override { return at_ < pieces_.size() ? pieces_[at_++] : std::string(); }

  private:
    std::vector<std::string> pieces_;
    size_t at_ = 0;
};

inline std::vector<net::SseEvent> ParseSse(const std::string& bytes) {
    std::vector<net::SseEvent> events;
    net::SseParser parser;
    parser.Feed(bytes, [&](const net::SseEvent& event) { events.push_back(event); });
    return events;
}

class ApiTest : public testing::Test {
  protected:
    ApiTest();
    ~ApiTest() override;

    /// A test that needs other options calls this first.
    Api& MakeApi(ApiOptions options = DefaultOptions());
    static ApiOptions DefaultOptions() { return {.rate = {.per_minute = 0}}; }
    Api& api() { return api_ ? *api_ : MakeApi(); }

    net::Request Request(const std::string& method, const std::string& target, const std::string& body = {}) const;
    /// As the owner of the first organization, or with the given key.
    net::Response Ask(const std::string& method, const std::string& target, const std::string& body = {}) {
        return Ask(Request(method, target, body), first_.api_key);
    }
    net::Response Ask(net::Request request, const std::string& key) {
        if (!key.empty()) request.headers.emplace_back("authorization", "Bearer " + key);
        return api().Handle(std::move(request));
    }
    json::object Get(const std::string& target);
    static json::object BodyOf(const net::Response& response);
    static std::string HeaderOf(const net::Response& response, std::string_view name) {
        for (const auto& [key, value] : response.headers) {
            if (key == name) return value;
        }
        return {};
    }
    /// Checks that it is a problem of this status and code; its body.
    static json::object ExpectProblem(const net::Response& response, int status, std::string_view code);

    std::string RunPath(const std::string& rest = {}) const {
        return "/api/v1/dags/sales%2Feu/runs/2026-11-20/" + net::PercentEncode(kRunId) + rest;
    }
    std::string DiagnosesPath(const std::string& rest = {}) const {
        return "/organizations/" + first_.org + "/observability/deployments/" + first_.deployment +
               "/dag-failure-diagnosis/runs" + rest;
    }
    std::string RequestDiagnosis();
    void Tell(const std::string& diagnosis, const std::vector<std::string>& texts);
    void Finish(const std::string& diagnosis);

    static constexpr const char* kRunId = "scheduled__2026-11-20T04:00:00+00:00/ü 'q'";

    ManualClock clock_{*ParseTime("2026-11-20T10:00:00Z")};
    std::filesystem::path folder_ = std::filesystem::temp_directory_path() / ("dagy_api_" + RandomHex(8));
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<objects::ObjectStore> objects_;
    std::unique_ptr<lake::Lake> lake_;
    identity::FirstStart first_;
    store::Organization other_{.id = "org_other", .name = "other", .default_deployment = "dep_other"};
    std::string other_key_;
    std::vector<HealthPart> health_parts_;
    StaticFiles ui_;
    std::unique_ptr<Api> api_;

  private:
    void Fill();

    model::Batch FailedRun() const;
};

}  // namespace dagy::api
