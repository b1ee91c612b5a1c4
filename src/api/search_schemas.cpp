#include "api/schema_parts.h"

namespace dagy::api {

const std::string_view kSearchSchemas = R"json({
"SearchHit": {"type": "object", "required": ["signature", "dag_id", "deployment_id", "date", "run_id", "phase", "attempt", "kind", "row", "ts", "level", "task_id", "field", "snippet", "highlights"], "properties": {
  "signature": {"type": "string", "description": "Of its group."}, "dag_id": {"type": "string"}, "deployment_id": {"type": "string"},
  "date": {"type": "string", "format": "date"}, "run_id": {"type": "string"}, "phase": {"type": "string"}, "attempt": {"type": "integer"},
  "kind": {"$ref": "#/components/schemas/SearchKind"}, "row": {"type": "integer", "description": "`_row` of the phase's page; `around` opens it."},
  "ts": {"type": ["string", "null"], "format": "date-time"}, "level": {"type": ["string", "null"]}, "task_id": {"type": ["string", "null"]},
  "field": {"type": ["string", "null"], "description": "The column that the snippet is of; null where no text was asked for."}, "snippet": {"type": "string"},
  "highlights": {"type": "array", "description": "[start, end) of every match in the snippet, in code points.", "items": {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}}}},
"SearchKind": {"type": "string", "enum": ["logs", "errors", "data"]},
"SearchGroup": {"type": "object", "required": ["signature", "title", "kind", "level", "hits", "runs", "dags", "first_seen", "last_seen", "summary", "example"], "properties": {
  "signature": {"type": "string"}, "title": {"type": "string"}, "kind": {"$ref": "#/components/schemas/SearchKind"}, "level": {"type": ["string", "null"]},
  "hits": {"type": "integer"}, "runs": {"type": "integer"}, "dags": {"type": "integer"},
  "first_seen": {"type": ["string", "null"], "format": "date-time"}, "last_seen": {"type": ["string", "null"], "format": "date-time"},
  "summary": {"type": "string", "description": "this error in 37 runs of 4 dags since Tuesday"}, "example": {"$ref": "#/components/schemas/SearchHit"}}},
"SearchProgress": {"type": "object", "required": ["runs_seen", "runs_total", "rows_scanned", "rows_skipped", "hits"], "properties": {
  "runs_seen": {"type": "integer"}, "runs_total": {"type": "integer"}, "rows_scanned": {"type": "integer"},
  "rows_skipped": {"type": "integer", "description": "Ruled out by an index."}, "hits": {"type": "integer"}}},
"SearchTotals": {"allOf": [{"$ref": "#/components/schemas/SearchProgress"}, {"type": "object", "required": ["runs_failed", "hits_without_group"], "properties": {
  "runs_failed": {"type": "integer"}, "hits_without_group": {"type": "integer", "description": "Of groups beyond 300 of a kind."}}}]},
"SearchRunError": {"type": "object", "required": ["problem", "title", "status", "detail", "code", "dag_id", "run_id", "deployment_id"], "properties": {
  "problem": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"}, "instance": {"type": "string"},
  "code": {"type": "string"}, "message": {"type": "string"}, "request_id": {"type": "string"}, "dag_id": {"type": "string"}, "run_id": {"type": "string"},
  "deployment_id": {"type": "string"}}},
"SearchAnswer": {"type": "object", "required": ["query", "groups", "hits", "progress", "totals", "complete", "reason", "errors"], "properties": {
  "query": {"type": "string", "description": "As it was read."}, "groups": {"type": "array", "items": {"$ref": "#/components/schemas/SearchGroup"}, "description": "Best first."},
  "hits": {"type": "array", "items": {"$ref": "#/components/schemas/SearchHit"}, "description": "Newest run first."},
  "progress": {"$ref": "#/components/schemas/SearchProgress"}, "totals": {"$ref": "#/components/schemas/SearchTotals"},
  "complete": {"type": "boolean"}, "reason": {"type": ["string", "null"], "enum": ["limit", "time", "stopped", "errors", null]},
  "errors": {"type": "array", "items": {"$ref": "#/components/schemas/SearchRunError"}, "description": "Runs that could not be read."},
  "hint": {"type": "string", "description": "What to try where nothing was found."}}}
})json";

}  // namespace dagy::api
