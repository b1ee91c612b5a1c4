#include "api/upkeep_routes.h"

namespace dagy::api {

const std::string_view kUpkeepSchemas = R"json({
"RetentionRequest": {"type": "object", "additionalProperties": false, "required": ["days"], "properties": {
  "days": {"type": ["integer", "null"], "minimum": 0, "maximum": 36500, "description": "0: for ever; null: back to the default."}}},
"Retention": {"type": "object", "required": ["dag_id", "deployment_id", "days", "default_days", "keeps_days"], "properties": {
  "dag_id": {"type": "string"}, "deployment_id": {"type": "string"},
  "days": {"type": ["integer", "null"], "description": "The dag's own setting; 0: for ever; null: it has none."},
  "default_days": {"type": "integer", "description": "DAGY_RETENTION_DAYS; 0: for ever."},
  "keeps_days": {"type": ["integer", "null"], "description": "What counts; null: runs are kept for ever."}}},
"DeletedRun": {"type": "object", "required": ["dag_id", "run_id", "deployment_id", "date", "attempts", "rows", "diagnoses", "objects"], "properties": {
  "dag_id": {"type": "string"}, "run_id": {"type": "string"}, "deployment_id": {"type": "string"}, "date": {"type": "string", "format": "date"},
  "attempts": {"type": "integer"}, "rows": {"type": "integer"}, "diagnoses": {"type": "integer"}, "objects": {"type": "integer"}}}
})json";

}  // namespace dagy::api
