#include "api/api_fixture.h"

#include "identity/api_keys.h"
#include "objects/folder/folder_store.h"
#include "store/sqlite/open.h"

namespace dagy::api {

ApiTest::ApiTest() {
    Fill();
}

ApiTest::~ApiTest() {
    api_.reset();
    lake_.reset();
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

Api& ApiTest::MakeApi(ApiOptions options) {
    api_.reset();
    ApiParts parts{.runs = store_->runs(),
                   .diagnoses = store_->diagnoses(),
                   .identities = store_->identity(),
                   .lake = *lake_,
                   .events = store_->events(),
                   .objects = *objects_,
                   .clock = clock_};
    parts.request_diagnosis = [this](const store::DiagnosisRequest& request, bool skip_cache, bool force) {
        bool created = false;
        return store_->diagnoses().CreateOrJoin(request, skip_cache, force, clock_.Now(), &created);
    };
    parts.verify_diagnosis = [](const store::DiagnosisRun&, const json::object&) {
        return json::array{{{"ref", "log:1"}, {"ok", true}, {"reason", ""}}};
    };
    parts.guidance = &store_->guidance();
    parts.try_guidance = [](const std::string&, std::shared_ptr<const diagnose::Guidance>, size_t) {
        return diagnose::GuidanceTrial{};
    };
    parts.upkeep = &store_->upkeep();
    parts.health = health_parts_;
    parts.ui = ui_;
    api_ = std::make_unique<Api>(std::move(parts), std::move(options));
    return *api_;
}

net::Request ApiTest::Request(const std::string& method, const std::string& target, const std::string& body) const {
    net::Request request{.method = method,
                         .target = target,
                         .path = target.substr(0, target.find('?')),
                         .body = body,
                         .client_ip = "127.0.0.1",
                         .request_id = "req_test"};
    if (target.contains('?')) {
        std::string_view rest = std::string_view(target).substr(target.find('?') + 1);
        while (!rest.empty()) {
            const size_t end = std::min(rest.find('&'), rest.size());
            const std::string_view pair = rest.substr(0, end);
            const size_t equals = std::min(pair.find('='), pair.size());
            request.query.emplace_back(*net::PercentDecode(pair.substr(0, equals), true),
                                       *net::PercentDecode(pair.substr(std::min(equals + 1, pair.size())), true));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    return request;
}

json::object ApiTest::Get(const std::string& target) {
    const net::Response response = Ask("GET", target);
    EXPECT_EQ(response.status, 200) << target << " " << response.body;
    return BodyOf(response);
}

json::object ApiTest::BodyOf(const net::Response& response) {
    const std::string text = response.static_body ? std::string(*response.static_body) : response.body;
    boost::system::error_code failed;
    const json::value parsed = json::parse(text, failed);
    EXPECT_TRUE(!failed && parsed.is_object()) << text;
    return !failed && parsed.is_object() ? parsed.as_object() : json::object{};
}

json::object ApiTest::ExpectProblem(const net::Response& response, int status, std::string_view code) {
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_EQ(response.content_type, "application/problem+json");
    json::object body = BodyOf(response);
    EXPECT_EQ(StringOr(body, "code"), code) << response.body;
    EXPECT_EQ(StringOr(body, "detail"), StringOr(body, "message"));
    for (const char* field : {"type", "title", "instance", "request_id"}) EXPECT_TRUE(body.contains(field)) << field;
    EXPECT_EQ(IntOr(body, "status", 0), status);
    return body;
}

std::string ApiTest::RequestDiagnosis() {
    const auto response =
        Ask("POST", DiagnosesPath(), R"({"dagId":"sales/eu","runId":")" + std::string(kRunId) + "\"}");
    EXPECT_EQ(response.status, 202) << response.body;
    return StringOr(BodyOf(response), "runId");
}

void ApiTest::Tell(const std::string& diagnosis, const std::vector<std::string>& texts) {
    std::vector<store::DiagnosisEvent> events;
    for (const auto& text : texts)
        events.push_back(
            {.event = "text_delta", .data = json::serialize(json::object{{"text", text}}), .at = clock_.Now()});
    store_->diagnoses().Advance(diagnosis, model::DiagnosisState::kRunning, events, std::nullopt, "", clock_.Now());
}

void ApiTest::Finish(const std::string& diagnosis) {
    const std::string result =
        R"({"title":"Key is missing","summary":"s","root_cause_type":"USER_CODE_KEY_ERROR","confidence":0.9})";
    store_->diagnoses().Advance(diagnosis, model::DiagnosisState::kCompleted,
                                {{.event = "rca_diagnosis", .data = result, .at = clock_.Now()},
                                 {.event = "end", .data = "{}", .at = clock_.Now()}},
                                result, "hash", clock_.Now());
}

void ApiTest::Fill() {
    std::filesystem::create_directories(folder_);
    store_ = store::OpenSqlite(folder_ / "dagy.db", clock_);
    objects_ = objects::OpenFolder(folder_ / "records", folder_ / "url_secret");
    lake::LakeOptions options;
    options.upkeep = &store_->upkeep();
    options.runs = &store_->runs();
    options.now = [this] { return clock_.Now(); };
    lake_ = lake::OpenLake(
        *objects_, store_->ingest(), store_->records(), [this](int64_t key) { return store_->runs().RunByKey(key); },
        options);
    first_ = *identity::Bootstrap(store_->identity(), clock_);
    store_->identity().AddOrganization(other_, {.id = "dep_other", .org = other_.id, .name = "local"},
                                       {.org = other_.id, .at = clock_.Now()});
    const identity::Identity stranger{.org = other_.id, .user = "usr_other", .role = "owner", .kind = "local"};
    other_key_ = identity::ApiKeys(store_->identity(), clock_).Make(stranger, {.name = "theirs"}, {}).secret;
    lake_->Apply(FailedRun());
}

model::Batch ApiTest::FailedRun() const {
    const model::RunName name{"sales/eu", kRunId};
    const Time start = *ParseTime("2026-11-20T04:00:01Z");
    model::Batch batch{.scope = {first_.org, first_.deployment}};
    batch.dags.push_back({.dag_id = name.dag_id,
                          .version = "3",
                          .created_at = start,
                          .schedule = "0 4 * * *",
                          .source = "# dag",
                          .tasks = {{.task_id = "extract", .downstream = {"load"}, .operator_name = "PythonOperator"},
                                    {.task_id = "load"}}});
    batch.runs.push_back({.scope = batch.scope,
                          .dag_id = name.dag_id,
                          .run_id = name.run_id,
                          .dag_version = "3",
                          .state = model::RunState::kFailed,
                          .original_state = "failed",
                          .run_type = "scheduled",
                          .logical_date = *ParseTime("2026-11-20T04:00:00Z"),
                          .started_at = start,
                          .ended_at = start + std::chrono::seconds(90)});
    batch.attempts.push_back({name,
                              {.task_id = "extract",
                               .attempt = 1,
                               .state = model::AttemptState::kFailed,
                               .started_at = start,
                               .max_attempts = 2}});
    batch.attempts.push_back({name,
                              {.task_id = "extract",
                               .attempt = 2,
                               .state = model::AttemptState::kFailed,
                               .started_at = start,
                               .max_attempts = 2}});
    batch.attempts.push_back({name, {.task_id = "load", .attempt = 1, .state = model::AttemptState::kUpstreamFailed}});
    model::RecordGroup logs{.run = name, .phase = "extract", .attempt = 1, .kind = model::RecordKind::kLog};
    for (int i = 0; i < 120; ++i) {
        logs.logs.push_back({.ts = start,
                             .level = i == 100 ? model::Level::kError : model::Level::kInfo,
                             .logger = "etl",
                             .message = i == 100 ? "KeyError: 'amount_100%'" : "line " + std::to_string(i),
                             .task_id = "extract"});
    }
    batch.records.push_back(std::move(logs));
    model::RecordGroup errors{.run = name, .phase = "extract", .attempt = 1, .kind = model::RecordKind::kError};
    errors.errors.push_back({.ts = start,
                             .error_type = "KeyError",
                             .error_title = "'amount'",
                             .error_detail = "'amount'",
                             .task_id = "extract"});
    batch.records.push_back(std::move(errors));
    model::RecordGroup data{.run = name, .phase = "extract", .attempt = 1, .kind = model::RecordKind::kData};
    data.data.push_back({.columns = {{"id", 7}, {"city", "Málaga"}}});
    batch.records.push_back(std::move(data));
    return batch;
}

}  // namespace dagy::api
