// `dagy logs --follow`: one task attempt after the other, each to its end, as the server streams them.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "base/error.h"
#include "cli/log_lines.h"
#include "net/sse.h"

namespace dagy::cli {
namespace {

constexpr int kTriesMax = 5;  // to take up a stream that broke, without a line in between

/// The stream of one phase attempt. A connection that breaks is taken up where it broke.
class PhaseFollower {
  public:
    PhaseFollower(Context& context, PhaseAttempt phase, std::string target)
        : context_(context), phase_(std::move(phase)), target_(std::move(target)) {}

    void Follow() {
        for (int tries = 0; tries < kTriesMax && !ended_; ++tries) {
            const std::string before = last_id_;
            std::vector<std::pair<std::string, std::string>> headers = {{"accept", "text/event-stream"}};
            if (!last_id_.empty()) headers.emplace_back("last-event-id", last_id_);
            net::SseParser parser;
            const Answer answer = context_.connection.Stream(target_, headers, [&](std::string_view bytes) {
                parser.Feed(bytes, [this](const net::SseEvent& event) { On(event); });
                std::fflush(stdout);
                return !ended_;
            });
            if (answer.status >= 400) ThrowProblem(answer);
            if (last_id_ != before) tries = 0;
        }
        if (!ended_)
            throw Error(ErrorCode::kUnavailable, fmt::format("the stream of '{}' broke off", phase_.phase),
                        "is the server still up?");
    }

  private:
    void On(const net::SseEvent& event) {
        if (event.event == "log") {
            last_id_ = event.id;
            PrintRow(context_, phase_, ParseJson(event.data, "a log row").as_object());
        } else if (event.event == "error") {
            throw Error(ErrorCode::kStorage, StringOr(ParseJson(event.data, "an event").as_object(), "message"));
        } else if (event.event == "end") {
            ended_ = true;
        }
    }

    Context& context_;
    const PhaseAttempt phase_;
    const std::string target_;
    std::string last_id_;
    bool ended_ = false;
};

class RunFollower {
  public:
    RunFollower(Context& context, const json::object& run, const LogsWords& words)
        : context_(context), run_(run), words_(words) {}

    void Follow() {
        while (const auto next = Next()) {
            done_.insert(*next);
            PhaseFollower(context_, *next, LogsTarget(run_, *next, "/stream", words_)).Follow();
        }
        if (goes_on_) fmt::print(stderr, "note: the run goes on, but there is no task of it to wait for\n");
    }

  private:
    struct Candidate {
        std::string begun;  ///< when; empty: not yet
        PhaseAttempt phase;
    };

    /// What to follow next: what began first, then what may begin.
    std::optional<PhaseAttempt> Next() {
        const json::object whole = context_.connection.Json("GET", RunTarget(run_)).as_object();
        const std::string state = StringOr(whole, "state");
        goes_on_ = state == "QUEUED" || state == "RUNNING";
        const json::object tasks = context_.connection.Json("GET", RunTarget(run_) + "/tasks").as_object();
        std::vector<Candidate> found;
        std::set<std::string> known;
        AddAttempts(tasks, found, known);
        AddPhases(whole, found, known);
        if (goes_on_) AddTasksToCome(tasks, found, known);
        std::ranges::stable_sort(found, [](const Candidate& a, const Candidate& b) {
            return a.begun.empty() != b.begun.empty() ? b.begun.empty() : a.begun < b.begun;
        });
        for (const Candidate& candidate : found) {
            const bool right_attempt = !words_.attempt || *words_.attempt == candidate.phase.attempt;
            if (right_attempt && !done_.contains(candidate.phase)) return candidate.phase;
        }
        return std::nullopt;
    }

    void AddAttempts(const json::object& tasks, std::vector<Candidate>& found, std::set<std::string>& known) {
        for (const json::value& item : tasks.at("attempts").as_array()) {
            const json::object& attempt = item.as_object();
            const std::string task = StringOr(attempt, "task_id"), phase = StringOr(attempt, "phase", task);
            known.insert(phase);
            known.insert(StringOr(attempt, "mapped_of"));
            if (!IsWanted(words_, task, StringOr(attempt, "mapped_of"))) continue;
            const int64_t number = IntOr(attempt, "attempt", 1);
            found.push_back({StringOr(attempt, "started_at"), {phase, number}});
            if (goes_on_ && StringOr(attempt, "state") == "FAILED" && number < IntOr(attempt, "max_attempts", 1))
                found.push_back({{}, {phase, number + 1}});
        }
    }

    void AddPhases(const json::object& whole, std::vector<Candidate>& found, const std::set<std::string>& known) {
        for (const auto& [name, shape] : whole.at("phases").as_object()) {
            const std::string phase(name);
            if (known.contains(phase) || !IsWanted(words_, phase, {})) continue;
            for (int64_t attempt = 1; attempt <= IntOr(shape.as_object(), "attempt", 1); ++attempt)
                found.push_back({{}, {phase, attempt}});
        }
    }

    void AddTasksToCome(const json::object& tasks, std::vector<Candidate>& found, const std::set<std::string>& known) {
        for (const json::value& item : tasks.at("graph").at("nodes").as_array()) {
            const json::object& node = item.as_object();
            const std::string task = StringOr(node, "task_id"), phase = StringOr(node, "phase", task);
            if (!known.contains(phase) && !known.contains(task) && IsWanted(words_, task, {}))
                found.push_back({{}, {phase, 1}});
        }
    }

    Context& context_;
    const json::object& run_;
    const LogsWords& words_;
    std::set<PhaseAttempt> done_;
    bool goes_on_ = false;
};

}  // namespace

void FollowLogs(Context& context, const json::object& run, const LogsWords& words) {
    RunFollower(context, run, words).Follow();
}

}  // namespace dagy::cli
