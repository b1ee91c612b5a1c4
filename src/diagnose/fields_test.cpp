/// Each of the seed's 54 fields, filled with the right value in one case and a gap that says why and what would help in
/// another.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "diagnose/compose/gaps.h"
#include "diagnose/diagnose.h"
#include "support/case_builder.h"
#include "support/text_logs.h"

namespace dagy::diagnose {
namespace {

using testing::CaseBuilder;
using testing::TextLogs;

constexpr const char* kRefused =
    "Using connection ID 'warehouse' for task execution.\n"
    "Traceback (most recent call last):\n"
    "  File \"/opt/airflow/dags/sales.py\", line 3, in extract\n"
    "    return get(url)\n"
    "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='acme.snowflakecomputing.com', port=443): Max "
    "retries exceeded with url: /q "
    "(Caused by NewConnectionError('<urllib3.connection.HTTPSConnection object at 0x7f3a>: Failed to establish a new "
    "connection: [Errno 111] "
    "Connection refused'))\n";

/// Fourteen good runs (one healed by a retry), then the connection is changed and every run fails; a consumer fails
/// with it.
struct Rich {
    Rich() {
        CaseBuilder c("sales");
        c.Task("extract", {"clean", "load"})
            .Task("clean")
            .Task("load", {"report", "mail", "audit"})
            .Task("report")
            .Task("mail")
            .Task("audit");
        c.Source("import x\ndef extract(url):\n    return get(url)\n");
        c.Fact("connection", "warehouse",
               {{"conn_id", "warehouse"}, {"conn_type", "snowflake"}, {"host", "acme.snowflakecomputing.com"}});
        for (int i = 1; i <= 13; ++i) c.GoodRun("r" + std::to_string(i));
        c.Run("r14", "success").Healed("extract");
        for (const char* task : {"clean", "load", "report", "mail", "audit"}) c.Good(task);
        for (const char* run : {"r15", "r16", "r17", "r18", "r19", "r20", "r21"}) {
            c.Run(run, "failed").Failed("extract", 2);
            for (const char* task : {"clean", "load", "report", "mail", "audit"}) c.UpstreamFailed(task);
        }
        c.Event(139, "connection.edited", {{"connection_id", "warehouse"}, {"host", "acme.snowflakecomputing.com"}});
        for (int i = 0; i < 21; ++i)
            c.Fleet("billing", "b" + std::to_string(i), i >= 14 ? "failed" : "success", 10.0 * i + 1);
        CaseBuilder consumer("reports");
        consumer.Task("wait").Run("w1", "failed").Failed("wait");
        c.Related(consumer,
                  {.from_dag = "sales",
                   .from_run = "r21",
                   .to_dag = "reports",
                   .to_run = "w1",
                   .via = "asset",
                   .resource = "s3://lake/sales"},
                  false);
        c.Diagnose("r21");
        file = c.Build();
        file.dag.version.source_file = "sales.py";
        for (int64_t run = 1; run <= 14; ++run) logs.Add(run, "extract", 1, "starting\ndone\n");
        for (int64_t run = 15; run <= 21; ++run)
            for (int attempt : {1, 2}) logs.Add(run, "extract", attempt, kRefused);
        file.logs = &logs;
        file.evidence_hash = std::string(64, 'a');
    }
    json::object Diagnosis() {
        Options options;
        options.from_dag_run_id = "r21";
        return Diagnose(file, options);
    }
    CaseFile file;
    TextLogs logs;
};

/// The run is still going, so nothing has ended; its only task was cut off and left no log.
struct Bare {
    Bare() {
        CaseBuilder c("sales");
        c.Task("extract").Run("r1", "running").Failed("extract").Diagnose("r1");
        file = c.Build();
        file.logs = &logs;
        file.evidence_hash = std::string(64, 'b');
    }
    json::object Diagnosis() { return Diagnose(file, {}); }
    CaseFile file;
    TextLogs logs;
};

using Check = std::function<bool(const json::value&)>;

Check Is(json::value wanted) {
    return [wanted](const json::value& value) { return value == wanted; };
}
Check Has(std::string piece) {
    return [piece](const json::value& value) { return json::serialize(value).find(piece) != std::string::npos; };
}
Check Between(double low, double high) {
    return [low, high](const json::value& value) {
        return value.is_number() && value.to_number<double>() >= low && value.to_number<double>() <= high;
    };
}
Check Size(size_t size) {
    return [size](const json::value& value) { return value.is_array() && value.as_array().size() == size; };
}

/// Where the field is a gap.
enum class GapIn {
    kBare,    ///< in the bare case
    kNoRoot,  ///< where the run itself was ended
    kNever,   ///< it can always be told; the list of gaps would still know what to say
    kReplay,  ///< belongs to replays alone: absent from a fresh diagnosis, and no gap of it
};

struct Field {
    const char* name;
    Check filled;
    GapIn gap;
};

const std::vector<Field>& Fields() {
    static const std::vector<Field> fields{
        {"title", Has("sales: "), GapIn::kNever},
        {"summary", Has("stops in extract"), GapIn::kNever},
        {"root_cause", Has("extract failed because"), GapIn::kNever},
        {"root_cause_task", Is("sales.extract"), GapIn::kNoRoot},
        {"root_cause_type", Is("NETWORK_CONNECTION_REFUSED"), GapIn::kNever},
        {"transience", Is("PERMANENT"), GapIn::kNever},
        {"severity", Is("high"), GapIn::kNever},
        {"priority", Is("P1"), GapIn::kNever},
        {"confidence", Between(0.8, 0.98), GapIn::kNever},
        {"confidence_justification", Has("+ 0.02 all its attempts ended the same way"), GapIn::kNever},
        {"evidence_status", Is("confirmed"), GapIn::kNever},
        {"evidence", Has("extract, attempt 2: "), GapIn::kNever},
        {"symptoms", Has("extract failed in 2 of 2 attempts [t1]"), GapIn::kNever},
        {"contributing_factors", Has("2 attempts"), GapIn::kBare},
        {"evidence_gaps", [](const json::value& value) { return value.is_array(); }, GapIn::kNever},
        {"log_snippet", Has("Max retries exceeded"), GapIn::kBare},
        {"exception_class", Is("ConnectionError"), GapIn::kBare},
        {"exception_message", Has("HTTPSConnectionPool(host='acme.snowflakecomputing.com'"), GapIn::kBare},
        {"log_classification", Has("connection"), GapIn::kBare},
        {"log_signals", Has("same_signature_all_attempts"), GapIn::kNever},
        {"dag_level_checks", Has("\"check\":\"import_errors\""), GapIn::kNever},
        {"tasks", Size(6), GapIn::kNever},
        {"cascade_chain", Has("\"hop\":1,\"dag_id\":\"sales\",\"task_id\":\"load\""), GapIn::kNoRoot},
        {"cascade_depth", Between(2, 3), GapIn::kNever},
        {"is_cascade_amplifier", Is(true), GapIn::kNever},
        {"amplifier_description", Has("extract alone kept 5 tasks from running"), GapIn::kBare},
        {"blast_radius", Has("\"failed_tasks\":1,\"upstream_failed_tasks\":5"), GapIn::kNever},
        {"cofailure_pairs", Has("\"a\":\"sales\",\"b\":\"billing\""), GapIn::kBare},
        {"effective_availability", Is(65.873), GapIn::kBare},
        {"reported_success_rate", Is(66.667), GapIn::kBare},
        {"health_gap", Has("1 of 14 successful runs needed a retry"), GapIn::kBare},
        {"failure_onset_date", Is("2026-01-01T02:20:00.000000Z"), GapIn::kNever},
        {"last_success_date", Has("2026-01-01T02:1"), GapIn::kBare},
        {"timeline_events", Has("extract"), GapIn::kNever},
        {"change_signals", Has("\"resource\":\"warehouse\""), GapIn::kNever},
        {"suggested_fix", Has("acme.snowflakecomputing.com"), GapIn::kNever},
        {"remediation", Has("1. "), GapIn::kNever},
        {"prevention_measures", Has("\"effort\":"), GapIn::kNever},
        {"vendor_remediation", Has(" "), GapIn::kBare},
        {"vendor_name", Is("Snowflake"), GapIn::kBare},
        {"vendor_destination", Has("acme.snowflakecomputing.com"), GapIn::kBare},
        {"vendor_dashboard_url", Has("https://"), GapIn::kBare},
        {"rendered_conn_ids", Is(json::array{"warehouse"}), GapIn::kBare},
        {"affected_dags", Is(json::array{"sales", "reports"}), GapIn::kNever},
        {"child_dag_findings", Has("wait failed in it"), GapIn::kBare},
        {"match_count", Is(7), GapIn::kNever},
        {"coverage_quality", Is("deep"), GapIn::kNever},
        {"duration_percentiles",
         [](const json::value& value) { return value.at("p50") == 60.0 && value.at("count") == 14; }, GapIn::kBare},
        {"trend_direction", Is("degrading"), GapIn::kNever},
        {"change_point_date", Is("2026-01-01T02:20:00.000000Z"), GapIn::kBare},
        {"seasonality_signal", Has("21 runs"), GapIn::kBare},
        {"fleet_health_score", Is(0.667), GapIn::kBare},
        {"from_dag_run_id", Is("r21"), GapIn::kReplay},
        {"session_id", Is(json::value("session_" + std::string(32, 'a'))), GapIn::kNever},
    };
    return fields;
}

std::map<std::string, json::object> GapsIn(const json::array& list) {
    std::map<std::string, json::object> gaps;
    for (const auto& gap : list) gaps.emplace(StringOr(gap.as_object(), "field"), gap.as_object());
    return gaps;
}

void ExpectGap(const std::map<std::string, json::object>& gaps, const std::string& field) {
    const auto gap = gaps.find(field);
    ASSERT_NE(gap, gaps.end()) << field << " is no gap";
    EXPECT_FALSE(StringOr(gap->second, "reason").empty()) << field;
    EXPECT_FALSE(StringOr(gap->second, "would_help").empty()) << field;
}

TEST(FieldsTest, TheTableListsTheFieldsOfTheSeedAndNoOthers) {
    std::vector<std::string> names;
    for (const auto& field : Fields()) names.emplace_back(field.name);
    EXPECT_EQ(names, SeedFields());
    EXPECT_EQ(names.size(), 54U);
}

TEST(FieldsTest, EachIsFilledWithTheRightValue) {
    const auto diagnosis = Rich().Diagnosis();
    for (const auto& [name, filled, gap] : Fields()) {
        const auto* value = diagnosis.if_contains(name);
        ASSERT_NE(value, nullptr) << name;
        EXPECT_TRUE(filled(*value)) << name << ": " << json::serialize(*value).substr(0, 1500);
    }
}

TEST(FieldsTest, EachIsAGapWithReasonAndRemedy) {
    const auto bare = Bare().Diagnosis();
    const auto gaps = GapsIn(bare.at("evidence_gaps").as_array());
    const auto all = GapsIn(GapsOf({}, {}));
    CaseBuilder c("sales");
    c.Task("extract").Run("r1", "failed").NeverRan("extract").Diagnose("r1");
    CaseFile file = c.Build();
    TextLogs none;
    file.logs = &none;
    const auto rootless = GapsIn(Diagnose(file, {}).at("evidence_gaps").as_array());
    for (const auto& [name, filled, gap] : Fields()) {
        switch (gap) {
            case GapIn::kBare:
                EXPECT_FALSE(bare.contains(name)) << name << ": " << json::serialize(bare.at(name));
                ExpectGap(gaps, name);
                break;
            case GapIn::kNoRoot:
                ExpectGap(rootless, name);
                break;
            case GapIn::kNever:
                EXPECT_TRUE(bare.contains(name)) << name;
                if (name != std::string("evidence_gaps")) ExpectGap(all, name);
                break;
            case GapIn::kReplay:
                EXPECT_FALSE(bare.contains(name) || gaps.contains(name)) << name;
                break;
        }
    }
}

TEST(FieldsTest, EveryFieldHasWordsOfItsOwnForItsGap) {
    for (const auto& [field, gap] : GapsIn(GapsOf({}, {})))
        EXPECT_NE(StringOr(gap, "reason"), "nothing that was recorded tells") << field;
}

TEST(FieldsTest, ThisMachineIsNobodysService) {
    for (const char* host : {"127.0.0.1", "localhost"}) {
        CaseBuilder c("sales");
        c.Task("extract").GoodRun("r1").Run("r2", "failed").Failed("extract").Diagnose("r2");
        CaseFile file = c.Build();
        TextLogs logs;
        logs.Add(1, "extract", 1, "done\n")
            .Add(2, "extract", 1,
                 "Traceback (most recent call last):\n  File \"/opt/airflow/dags/sales.py\", line 3, in extract\n    "
                 "get()\n"
                 "requests.exceptions.ConnectionError: HTTPConnectionPool(host='" +
                     std::string(host) +
                     "', port=8080): Max retries exceeded with url: /q (Caused by NewConnectionError('<x>: Failed to "
                     "establish a new connection: [Errno 111] Connection refused'))\n");
        file.logs = &logs;
        const auto diagnosis = Diagnose(file, {});
        EXPECT_EQ(StringOr(diagnosis, "root_cause_type"), "NETWORK_CONNECTION_REFUSED");
        EXPECT_FALSE(diagnosis.contains("vendor_name")) << StringOr(diagnosis, "vendor_name");
        ExpectGap(GapsIn(diagnosis.at("evidence_gaps").as_array()), "vendor_name");
    }
}

TEST(FieldsTest, OneRefShowsTheStatesOfATask) {
    const auto diagnosis = Rich().Diagnosis();
    std::set<std::string> lines;
    for (const auto& item : diagnosis.at("evidence_refs").as_array()) {
        const auto& ref = item.as_object();
        if (!StringOr(ref, "ref").starts_with('t') || StringOr(ref, "dag_id") != "sales") continue;
        std::string text = StringOr(ref, "text") + "\n";
        for (size_t at = 0; at < text.size();) {
            const size_t end = text.find('\n', at);
            EXPECT_TRUE(lines.insert(StringOr(ref, "run_id") + " " + text.substr(at, end - at)).second)
                << "twice: " << text.substr(at, end - at);
            at = end + 1;
        }
    }
    EXPECT_GE(lines.size(), 5U);
}

}  // namespace
}  // namespace dagy::diagnose
