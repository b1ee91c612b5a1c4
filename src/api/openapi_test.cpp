#include "api/openapi.h"

#include <set>

#include "api/api_fixture.h"
#include "api/schemas.h"

namespace dagy::api {
namespace {

class OpenApiTest : public ApiTest {
  protected:
    json::object Document() { return BodyOf(api().Handle(Request("GET", "/openapi.json"))); }
};

TEST_F(OpenApiTest, HoldsExactlyTheRoutes) {
    const json::object document = Document();
    EXPECT_EQ(StringOr(document, "openapi"), "3.1.0");
    std::set<std::string> described, served;
    for (const auto& path : *GetObject(document, "paths")) {
        for (const auto& method : path.value().as_object())
            described.insert(std::string(method.key()) + " " + std::string(path.key()));
    }
    for (const api::Route& route : api().routes().routes()) {
        std::string method = route.method;
        for (char& c : method) c = static_cast<char>(std::tolower(c));
        served.insert(method + " " + route.path);
    }
    EXPECT_EQ(described, served);
}

TEST_F(OpenApiTest, EveryOperationIsComplete) {
    const json::object document = Document();
    for (const auto& path : *GetObject(document, "paths")) {
        for (const auto& method : path.value().as_object()) {
            const json::object& operation = method.value().as_object();
            EXPECT_FALSE(StringOr(operation, "operationId").empty());
            EXPECT_FALSE(StringOr(operation, "summary").empty());
            for (const auto& answer : *GetObject(operation, "responses")) {
                EXPECT_FALSE(StringOr(answer.value().as_object(), "description").empty())
                    << path.key() << " " << answer.key();
            }
        }
    }
}

TEST_F(OpenApiTest, EverySchemaThatARouteNamesIsThere) {
    for (const api::Route& route : api().routes().routes()) {
        if (!route.body_schema.empty()) {
            EXPECT_TRUE(Schemas().contains(route.body_schema)) << route.operation_id;
        }
        for (const Answer& answer : route.answers) {
            if (answer.schema.empty()) continue;
            EXPECT_TRUE(Schemas().contains(answer.schema)) << route.operation_id;
        }
    }
}

TEST_F(OpenApiTest, HasThePathsOfTheSeeds) {
    const json::object document = Document();
    const json::object& paths = *GetObject(document, "paths");
    const std::string diagnosis =
        "/organizations/{organizationId}/observability/deployments/{deploymentId}/dag-failure-diagnosis/runs";
    const std::string run = "/api/v1/dags/{dag_id}/runs/{date}/{run_id}";
    for (const std::string& path :
         {diagnosis, diagnosis + "/{diagnosisRunId}/status", diagnosis + "/{diagnosisRunId}/events",
          diagnosis + "/{diagnosisRunId}/result", std::string("/api/v1/dags/{dag_id}/runs"), run, run + "/event",
          run + "/phases/{phase}", run + "/phases/{phase}/data", run + "/phases/{phase}/errors",
          run + "/phases/{phase}/logs", std::string("/health"), std::string("/api/v1/ingest")}) {
        EXPECT_TRUE(paths.contains(path)) << path;
    }
}

TEST_F(OpenApiTest, DocsPageNamesEveryOperationAndRunsNoScript) {
    const net::Response page = api().Handle(Request("GET", "/docs"));
    const std::string html(*page.static_body);
    for (const api::Route& route : api().routes().routes())
        EXPECT_TRUE(html.contains("id=\"" + route.operation_id + "\"")) << route.operation_id;
    EXPECT_FALSE(html.contains("<script"));
    EXPECT_FALSE(html.contains("http://"));
    EXPECT_TRUE(HeaderOf(page, "Content-Security-Policy").starts_with("default-src 'none'"));
}

}  // namespace
}  // namespace dagy::api
