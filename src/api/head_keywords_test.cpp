#include "api/head_keywords.h"

#include <random>

#include "api/api_fixture.h"
#include "lake/text_pattern.h"

namespace dagy::api {
namespace {

class HeadKeywordsTest : public ApiTest {
  protected:
    static store::RunHeads Run(std::string run_id, std::string message, int64_t data_rows) {
        return {.key = 7,
                .deployment = "dep_other",
                .run_id = std::move(run_id),
                .date = "2026-11-20",
                .phases = {{.phase = model::EtlPhase::kExtract,
                            .summary = {.ref = {.run_key = 7, .phase = "extract", .attempt = 2},
                                        .status = "error",
                                        .message = std::move(message),
                                        .total = 12,
                                        .data_count = data_rows},
                            .text = data_rows > 0 ? "{\"sku\":\"A-1\",\"_row\":0}\n" : ""}}};
    }
    bool Has(const store::RunHeads& run, const std::string& keyword) {
        return HeadKeywords({{model::EtlPhase::kExtract, keyword}}, *lake_, query_, "dep_home").In(run);
    }
    /// All that a keyword may be in.
    std::string Whole(const store::RunHeads& run) const {
        const store::PhaseHead& head = run.phases[0];
        const model::Run names{.scope = {query_.org, run.deployment},
                               .dag_id = query_.dag_id,
                               .run_id = run.run_id,
                               .logical_date = ParseTime("2026-11-20T00:00:00Z")};
        const std::string path =
            head.summary.data_count > 0 ? lake::PhaseFolder(names, "extract", 2, "dep_home") : std::string();
        return json::serialize(PhaseShape(head.summary, path)) + "\n" + head.text;
    }

    const RunSearchQuery query_{.org = "org_1f", .dag_id = "ventas/eu ñ"};
};

TEST_F(HeadKeywordsTest, AnyPartOfWhatThereIsIsFound) {
    std::mt19937 random(5);
    for (const char* run_id : {"scheduled__2026-11-20T04:00:00+00:00", "/abc:defgh ñandu%zz", "x"}) {
        for (const char* message : {"", "KeyError: 'amount'\nfoo\tbar"}) {
            for (const int64_t rows : {0, 1}) {
                const store::RunHeads run = Run(run_id, message, rows);
                const std::string whole = Whole(run);
                for (int i = 0; i < 500; ++i) {
                    const size_t at = random() % whole.size();
                    const std::string keyword = whole.substr(at, 1 + random() % 9);
                    if (keyword.contains('\n')) continue;
                    EXPECT_TRUE(Has(run, keyword)) << keyword << " of " << whole;
                }
            }
        }
    }
}

TEST_F(HeadKeywordsTest, NothingElseIs) {
    const store::RunHeads run = Run("r", "", 1);
    for (const char* keyword : {"skuu", "SKU-0", "nowhere", "zz", "9", "dep_home", "\"load\"", "é"})
        EXPECT_FALSE(Has(run, keyword)) << keyword;
    for (const char* keyword : {"SKU", "dep_OTHER", "org=org_1F", "EU%20", "\"total\":12", ""})
        EXPECT_TRUE(Has(run, keyword)) << keyword;
    const store::RunHeads bare{.key = 8, .run_id = "extract"};
    EXPECT_FALSE(Has(bare, "extract")) << "a run without the phase";
}

}  // namespace
}  // namespace dagy::api
