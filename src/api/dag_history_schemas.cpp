#include "api/schema_parts.h"

namespace dagy::api {

const std::string_view kDagHistorySchemas = R"json({
"DagStatistics": {"type": "object", "required": ["dag_id", "deployment_id", "date_from", "date_to", "runs", "success", "failed", "cancelled", "running", "success_rate", "duration_seconds", "by_day", "tasks", "causes"], "properties": {
  "dag_id": {"type": "string"}, "deployment_id": {"type": "string"}, "date_from": {"type": "string", "format": "date"}, "date_to": {"type": "string", "format": "date"},
  "runs": {"type": "integer"}, "success": {"type": "integer"}, "failed": {"type": "integer"}, "cancelled": {"type": "integer"},
  "running": {"type": "integer", "description": "Queued ones too."},
  "success_rate": {"type": ["number", "null"], "minimum": 0, "maximum": 1, "description": "Of those that succeeded or failed; null: there are none."},
  "duration_seconds": {"description": "Of the runs that succeeded.", "anyOf": [{"$ref": "#/components/schemas/RunDurations"}, {"type": "null"}]},
  "by_day": {"type": "array", "description": "Every day of the range, oldest first.", "items": {"$ref": "#/components/schemas/DayOfDag"}},
  "tasks": {"type": "array", "description": "By task id.", "items": {"$ref": "#/components/schemas/TaskOfDag"}},
  "causes": {"type": "array", "description": "Root-cause codes of the newest completed diagnoses of the failed runs, most frequent first.", "items": {
    "type": "object", "required": ["code", "runs"], "properties": {"code": {"type": "string"}, "runs": {"type": "integer"}}}}}},
"RunDurations": {"type": "object", "required": ["mean", "p50", "p90", "p95", "p99", "max"], "properties": {
  "mean": {"type": "number"}, "p50": {"type": "number"}, "p90": {"type": "number"}, "p95": {"type": "number"}, "p99": {"type": "number"}, "max": {"type": "number"}}},
"DayOfDag": {"type": "object", "required": ["date", "success", "failed", "cancelled", "running", "duration_p50"], "properties": {
  "date": {"type": "string", "format": "date"}, "success": {"type": "integer"}, "failed": {"type": "integer"}, "cancelled": {"type": "integer"},
  "running": {"type": "integer"}, "duration_p50": {"type": ["number", "null"]}}},
"TaskOfDag": {"type": "object", "required": ["task_id", "attempts", "failed", "retried", "success_rate", "duration_seconds"], "properties": {
  "task_id": {"type": "string", "description": "Without the map index."}, "attempts": {"type": "integer", "description": "Those that began."},
  "failed": {"type": "integer", "description": "Timed out ones too."}, "retried": {"type": "integer", "description": "Attempts after the first."},
  "success_rate": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
  "duration_seconds": {"description": "Of the attempts that succeeded.", "anyOf": [{"$ref": "#/components/schemas/TaskDurations"}, {"type": "null"}]}}},
"TaskDurations": {"type": "object", "required": ["p50", "p95"], "properties": {"p50": {"type": "number"}, "p95": {"type": "number"}}},
"DagTimeline": {"type": "object", "required": ["dag_id", "deployment_id", "runs"], "properties": {
  "dag_id": {"type": "string"}, "deployment_id": {"type": "string"},
  "runs": {"type": "array", "description": "Oldest first.", "items": {"$ref": "#/components/schemas/TimelineRun"}}}},
"TimelineRun": {"type": "object", "required": ["run_id", "date", "state", "started_at", "ended_at", "duration_seconds", "cause", "root_task_id", "diagnosis_run_id", "dag_version", "attempts"], "properties": {
  "run_id": {"type": "string"}, "date": {"type": "string", "format": "date"}, "state": {"$ref": "#/components/schemas/RunState"},
  "started_at": {"type": ["string", "null"], "format": "date-time"}, "ended_at": {"type": ["string", "null"], "format": "date-time"},
  "duration_seconds": {"type": ["number", "null"]}, "cause": {"type": ["string", "null"], "description": "Root-cause code of its newest completed diagnosis."},
  "root_task_id": {"type": ["string", "null"], "description": "Null where the root lies in another dag."},
  "diagnosis_run_id": {"type": ["string", "null"]}, "dag_version": {"type": "string"},
  "attempts": {"type": "array", "description": "By task and attempt; at most 20,000 of all runs together.", "items": {"$ref": "#/components/schemas/TimelineAttempt"}}}},
"TimelineAttempt": {"type": "object", "required": ["task_id", "map_index", "attempt", "state", "started_at", "ended_at"], "properties": {
  "task_id": {"type": "string"}, "map_index": {"type": "integer", "description": "-1: not mapped."}, "attempt": {"type": "integer"}, "state": {"$ref": "#/components/schemas/AttemptState"},
  "started_at": {"type": ["string", "null"], "format": "date-time"}, "ended_at": {"type": ["string", "null"], "format": "date-time"}}},
"AttemptState": {"type": "string", "enum": ["QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "SKIPPED", "TIMED_OUT", "CANCELLED", "UPSTREAM_FAILED"]}
})json";

}  // namespace dagy::api
