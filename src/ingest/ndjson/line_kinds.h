/// What each kind of line puts into a batch. All throw Rejected for a line that cannot be taken, and leave the batch as
/// it was then.
#pragma once

#include "ingest/ndjson/batch_builder.h"
#include "ingest/ndjson/line_members.h"

namespace dagy::ingest::ndjson {

/// `log error data queue_data event`: records.
/// `dag run task phase change`: what happened. `event_id` is the line's own, or made from its text (`change` lines need
/// one). `kind`, `event_id` and `deployment` are taken from `line` already.
void AddLine(std::string_view kind, LineMembers& line, std::string_view event_id, std::string_view text,
             BatchBuilder& batch);

void AddLog(LineMembers& line, BatchBuilder& batch);
void AddError(LineMembers& line, BatchBuilder& batch);
void AddData(LineMembers& line, BatchBuilder& batch);
void AddPayload(model::RecordKind kind, LineMembers& line, BatchBuilder& batch);

}  // namespace dagy::ingest::ndjson
