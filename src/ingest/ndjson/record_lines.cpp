// Lines that are records: the bulk of what comes in, so that nothing here is converted twice.
#include <fmt/format.h>

#include "base/exact_json.h"
#include "ingest/ndjson/line_kinds.h"
#include "lake/error_signature.h"

namespace dagy::ingest::ndjson {
namespace {

using model::RecordKind;

constexpr int64_t kAttemptMax = 1'000'000;

/// Whose record it is.
struct Owner {
    std::string_view dag_id;
    std::string_view run_id;
    std::string task;  ///< with its map index; empty: none
    std::string phase;
    int attempt = 1;
};

void TakeOwner(LineMembers& line, Owner& owner) {
    owner.dag_id = line.Id(Field::kDagId);
    owner.run_id = line.Id(Field::kRunId);
    owner.task.assign(line.OptionalId(Field::kTaskId).value_or(""));
    const auto index = line.Whole(Field::kMapIndex, -1, INT32_MAX);
    if (index.value_or(-1) >= 0) {
        if (owner.task.empty()) throw Rejected{"task_id", "is required beside map_index"};
        owner.task += fmt::format("[{}]", *index);
    }
    owner.phase.assign(line.OptionalId(Field::kPhase).value_or(owner.task));
    if (owner.phase.empty()) throw Rejected{"task_id", "task_id or phase is required"};
    owner.attempt = static_cast<int>(line.Whole(Field::kAttempt, 1, kAttemptMax).value_or(1));
}

model::RecordGroup& GroupOf(BatchBuilder& batch, const Owner& owner, RecordKind kind) {
    return batch.GroupOf(owner.dag_id, owner.run_id, owner.phase, owner.attempt, kind);
}

}  // namespace

void AddLog(LineMembers& line, BatchBuilder& batch) {
    Owner owner;
    TakeOwner(line, owner);
    model::LogRow row;
    row.ts = line.At(Field::kTs);
    const auto message = line.Text(Field::kMessage);
    if (!message) throw Rejected{"message", "is required"};
    row.message = *message;
    // An unknown word is not taken, so that it goes to extras.
    const auto word = line.Peek(Field::kLevel);
    const auto level = word && word->is_string() ? model::ParseLevel(std::string_view(*word)) : std::nullopt;
    if (level) line.Raw(Field::kLevel);
    row.level = level.value_or(model::Level::kInfo);
    row.logger = line.TextOr(Field::kLogger, "");
    row.source_file = line.TextOr(Field::kSourceFile, "");
    row.source_line = static_cast<int32_t>(line.Whole(Field::kSourceLine, 0, INT32_MAX).value_or(0));
    row.extras = line.ExtrasText();
    row.task_id = owner.task;
    GroupOf(batch, owner, RecordKind::kLog).logs.push_back(std::move(row));
}

void AddError(LineMembers& line, BatchBuilder& batch) {
    Owner owner;
    TakeOwner(line, owner);
    model::ErrorRow row;
    row.ts = line.At(Field::kTs);
    row.error_type = line.TextOr(Field::kErrorType, "");
    row.error_detail = line.TextOr(Field::kErrorDetail, "");
    row.error_title =
        line.TextOr(Field::kErrorTitle, std::string_view(row.error_detail).substr(0, row.error_detail.find('\n')));
    row.traceback = line.TextOr(Field::kTraceback, "");
    if (row.error_type.empty() && row.error_title.empty() && row.traceback.empty())
        throw Rejected{"error_type", "one of error_type, error_title, error_detail and traceback is required"};
    if (const auto status = line.Whole(Field::kErrorStatus, INT32_MIN, INT32_MAX))
        row.error_status = static_cast<int>(*status);
    row.extras = line.ExtrasText();
    row.task_id = owner.task;
    row.signature = lake::ErrorSignature(row);
    GroupOf(batch, owner, RecordKind::kError).errors.push_back(std::move(row));
}

void AddData(LineMembers& line, BatchBuilder& batch) {
    Owner owner;
    TakeOwner(line, owner);
    auto columns = line.ExactValue(Field::kRow);
    if (!columns) throw Rejected{"row", "is required"};
    if (!columns->is_object() || ExactText(*columns)) throw Rejected{"row", "must be an object"};
    model::DataRow row;
    row.columns = std::move(columns->get_object());
    GroupOf(batch, owner, RecordKind::kData).data.push_back(std::move(row));
}

void AddPayload(RecordKind kind, LineMembers& line, BatchBuilder& batch) {
    const std::string_view dag_id = line.Id(Field::kDagId);
    const std::string_view run_id = line.Id(Field::kRunId);
    auto payload = line.ExactValue(Field::kPayload);
    if (!payload) throw Rejected{"payload", "is required"};
    model::DataRow row;
    if (payload->is_object() && !ExactText(*payload))
        row.columns = std::move(payload->get_object());
    else
        row.columns["payload"] = std::move(*payload);
    batch.GroupOf(dag_id, run_id, "event", 1, kind).data.push_back(std::move(row));
}

}  // namespace dagy::ingest::ndjson
