#include "api/search_answer.h"

#include <spdlog/spdlog.h>

#include <stop_token>
#include <utility>

#include "api/search_shapes.h"

namespace dagy::api {
namespace {

/// Stops a search whose client is gone, or whose server ends.
class Leash {
  public:
    Leash(net::StreamWriter& writer, const DownloadPool& pool, StreamSlots::Slot& slot)
        : writer_(writer), pool_(pool), slot_(slot) {
        // The call may come after this is gone, so it holds nothing of it.
        writer.OnGone([stop = stop_]() mutable { stop.request_stop(); });
    }
    std::stop_token token() const { return stop_.get_token(); }
    void Check() {
        if (writer_.Gone() || pool_.stopping()) stop_.request_stop();
    }
    void Write(std::string bytes) {
        if (!stop_.stop_requested() && !WriteAtItsPace(writer_, std::move(bytes))) stop_.request_stop();
    }
    /// The last words are said even of a search that was stopped.
    void End(std::string bytes) {
        slot_.GiveBack();  // before the client can know that it is over, and ask again
        writer_.Write(std::move(bytes));
        writer_.Gone() ? writer_.Abort() : writer_.Close();
    }

  private:
    net::StreamWriter& writer_;
    const DownloadPool& pool_;
    StreamSlots::Slot& slot_;
    std::stop_source stop_;
};

json::object Typed(std::string_view type, json::object members) {
    json::object line{{"type", type}};
    for (auto& member : members) line.insert(std::move(member));
    return line;
}

/// A line for everything, at once.
class Lines final : public search::SearchListener {
  public:
    Lines(Leash& leash, const net::Request& request, Time now) : leash_(leash), request_(request), now_(now) {}

    void OnHit(const search::Hit& hit) override { Write({{"type", "hit"}, {"hit", HitShape(hit)}}); }
    void OnGroup(const search::Group& group) override {
        Write({{"type", "group"}, {"group", GroupShape(group, now_)}});
    }
    void OnProgress(const search::SearchProgress& progress) override {
        leash_.Check();
        Write(Typed("progress", ProgressShape(progress)));
    }
    void OnError(const model::Run& run, const Error& error) override {
        Write(Typed("error", RunErrorShape(run, error, request_)));
    }
    void End(json::object outcome) { leash_.End(json::serialize(Typed("end", std::move(outcome))) + "\n"); }

  private:
    void Write(const json::object& line) { leash_.Write(json::serialize(line) + "\n"); }

    Leash& leash_;
    const net::Request& request_;
    const Time now_;
};

/// Everything in one object.
class Body final : public search::SearchListener {
  public:
    Body(Leash& leash, const net::Request& request) : leash_(leash), request_(request) {}

    void OnHit(const search::Hit& hit) override { hits_.push_back(HitShape(hit)); }
    void OnGroup(const search::Group&) override {}
    void OnProgress(const search::SearchProgress& progress) override {
        leash_.Check();
        progress_ = ProgressShape(progress);
    }
    void OnError(const model::Run& run, const Error& error) override {
        errors_.push_back(RunErrorShape(run, error, request_));
    }
    void End(const search::Query& query, json::object outcome) {
        json::object body{{"query", search::PrintQuery(query)}};
        for (auto& member : outcome) body.insert(std::move(member));
        body["hits"] = std::move(hits_);
        body["progress"] = std::move(progress_);
        body["errors"] = std::move(errors_);
        leash_.End(json::serialize(body));
    }

  private:
    Leash& leash_;
    const net::Request& request_;
    json::array hits_, errors_;
    json::object progress_;
};

/// What fails as a whole is told as what fails in one run is: the head of the answer has been sent.
search::SearchOutcome Search(const SearchParts& parts, const SearchWish& wish, search::SearchListener& listener,
                             const Leash& leash) {
    try {
        return parts.engine.Search(wish.asked, listener, leash.token());
    } catch (const Error& error) {
        spdlog::error("{} search: {} {}", wish.request.request_id, error.detail(), error.internal());
        listener.OnError(model::Run{}, error);
        return {.end = search::SearchEnd::kErrors};
    }
}

void Run(const SearchParts& parts, const SearchWish& wish, StreamSlots::Slot& slot, net::StreamWriter& writer) {
    Leash leash(writer, parts.pool, slot);
    const Time now = parts.clock.Now();
    if (wish.stream) {
        Lines lines(leash, wish.request, now);
        lines.End(OutcomeShape(wish.asked, Search(parts, wish, lines, leash), now));
    } else {
        Body body(leash, wish.request);
        const search::SearchOutcome outcome = Search(parts, wish, body, leash);
        body.End(wish.asked.query, OutcomeShape(wish.asked, outcome, now));
    }
}

}  // namespace

net::Response AnswerSearch(const SearchParts& parts, SearchWish wish) {
    auto slot = parts.slots->Take(wish.identity);
    const std::string type = wish.stream ? "application/x-ndjson" : "application/json";
    return parts.pool.Answer(
        type, [parts, wish = std::move(wish), slot](net::StreamWriter& writer) { Run(parts, wish, *slot, writer); });
}

}  // namespace dagy::api
