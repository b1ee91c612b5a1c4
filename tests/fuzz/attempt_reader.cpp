// Rows of a log as they stand in the lake, and the whole diagnosis of the run they belong to: a first byte says each
// row's voice.
#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "diagnose/diagnose.h"
#include "diagnose/knowledge.h"
#include "diagnose/read.h"
#include "fuzz/target.h"
#include "support/case_builder.h"

namespace {

using dagy::fuzz::Require;
using dagy::model::ErrorRow;
using dagy::model::Level;
using dagy::model::LogRow;

/// `E` error, `W` warning, `O` printed by the task, `A` said by Airflow, `T` a traceback of an error record (`\r` ends
/// its lines).
struct Records {
    std::vector<LogRow> logs;
    std::vector<ErrorRow> errors;
};

Records Parse(std::string_view rest) {
    Records records;
    while (!rest.empty()) {
        const std::string_view line = dagy::fuzz::TakeLine(rest);
        const char voice = line.empty() ? ' ' : line.front();
        std::string text(line.substr(line.empty() ? 0 : 1));
        if (voice == 'T') {
            std::ranges::replace(text, '\r', '\n');
            records.errors.push_back(
                {.traceback = text,
                 .log_row = records.logs.empty() ? std::nullopt : std::optional(records.logs.back().row)});
            continue;
        }
        LogRow row;
        row.row = static_cast<int64_t>(records.logs.size());
        row.ts = dagy::testing::At(static_cast<double>(row.row) / 60);
        row.level = voice == 'E' ? Level::kError : voice == 'W' ? Level::kWarning : Level::kInfo;
        row.logger = voice == 'O' ? "task.stdout" : voice == 'A' ? "airflow.task" : voice == ' ' ? "" : "etl";
        row.message = std::move(text);
        records.logs.push_back(std::move(row));
    }
    return records;
}

class Logs final : public dagy::diagnose::LogSource {
  public:
    explicit Logs(const Records& records) : records_(records) {}
    void ReadLogs(const dagy::model::PhaseRef& ref, int64_t first, int64_t rows,
                  const std::function<bool(std::span<const LogRow>)>& take) override {
        if (ref.phase != "load") return;
        const auto from = std::min(static_cast<size_t>(first), records_.logs.size());
        take(std::span(records_.logs).subspan(from, std::min(static_cast<size_t>(rows), records_.logs.size() - from)));
    }
    void ReadErrors(const dagy::model::PhaseRef& ref,
                    const std::function<bool(std::span<const ErrorRow>)>& take) override {
        if (ref.phase == "load") take(records_.errors);
    }
    void ReadData(const dagy::model::PhaseRef&,
                  const std::function<bool(std::span<const dagy::model::DataRow>)>&) override {}
    int64_t LogCount(const dagy::model::PhaseRef& ref) override {
        return ref.phase == "load" ? static_cast<int64_t>(records_.logs.size()) : 0;
    }

  private:
    const Records& records_;
};

dagy::diagnose::Reading Read(const Records& records, size_t rows_at_once) {
    dagy::diagnose::AttemptReader reader(dagy::diagnose::Knowledge::Builtin(),
                                         {.run_key = 1, .phase = "load", .attempt = 1}, "sales", "r1", "load");
    for (size_t at = 0; at < records.logs.size(); at += rows_at_once)
        reader.Add(std::span(records.logs).subspan(at, std::min(rows_at_once, records.logs.size() - at)));
    reader.AddErrors(records.errors);
    return reader.Finish();
}

void CheckReading(const Records& records) {
    const auto whole = Read(records, records.logs.size() + 1), dripped = Read(records, 1);
    const auto rows = static_cast<int64_t>(records.logs.size());
    Require(whole.rows == rows && dripped.rows == rows, "every row is counted");
    Require(whole.chains.size() == dripped.chains.size() && whole.signals.size() == dripped.signals.size() &&
                whole.templates == dripped.templates,
            "slices do not show");
    for (const auto& chain : whole.chains) {
        Require(!chain.exceptions.empty(), "a chain holds an exception");
        Require(chain.last_row < rows, "a chain stands in the log");
    }
    for (const auto& signal : whole.signals) Require(signal.row < rows, "a signal stands in the log");
}

void CheckDiagnosis(const Records& records) {
    Logs logs(records);
    dagy::testing::CaseBuilder builder("sales");
    builder.Task("extract", {"load"}).Task("load", {"report"}).Task("report");
    builder.GoodRun("r0").Run("r1", "failed").Good("extract").Failed("load").UpstreamFailed("report").Diagnose("r1");
    auto file = builder.Build();
    file.logs = &logs;
    const auto first = dagy::diagnose::Diagnose(file, {});
    Require(first == dagy::diagnose::Diagnose(file, {}), "the same input gives the same diagnosis");
    for (const auto& verdict : dagy::diagnose::Verify(file, first))
        Require(verdict.as_object().at("ok").as_bool(), "every ref is as recorded");
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const Records records = Parse(dagy::fuzz::Text(data, size));
    CheckReading(records);
    CheckDiagnosis(records);
    return 0;
}
