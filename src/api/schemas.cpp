#include "api/schemas.h"

#include "api/schema_parts.h"
#include "api/upkeep_routes.h"

namespace dagy::api {
namespace {

/// In the order of the endpoints. Requests refuse members that they do not know; answers may gain members.
constexpr std::string_view kRequests = R"json({
"CreateDiagnosisRequest": {"type": "object", "additionalProperties": false, "required": ["dagId", "runId"], "properties": {
  "dagId": {"type": "string", "minLength": 1, "maxLength": 1024, "description": "The failed run's dag."},
  "runId": {"type": "string", "minLength": 1, "maxLength": 1024, "description": "The failed run."},
  "taskId": {"type": ["string", "null"], "maxLength": 1024, "description": "Only this task; absent: the whole run."},
  "tryNumbers": {"type": ["array", "null"], "maxItems": 1000, "items": {"type": "integer", "minimum": 1, "maximum": 1000000}, "description": "Only these attempts; absent: all."},
  "skipCacheRead": {"type": ["boolean", "null"], "description": "Diagnose anew even where the same evidence was diagnosed before."}}},
"GuidanceRequest": {"type": "object", "additionalProperties": false, "required": ["yaml"], "properties": {
  "yaml": {"type": "string", "maxLength": 262144, "description": "The rules; see docs/knowledge.md. An empty text takes them away."}}},
"LoginRequest": {"type": "object", "additionalProperties": false, "required": ["email", "password"], "properties": {
  "email": {"type": "string", "minLength": 1, "maxLength": 320}, "password": {"type": "string", "minLength": 1, "maxLength": 1024}}},
"SessionRequest": {"type": "object", "additionalProperties": false, "description": "Either email and password, or key.", "properties": {
  "email": {"type": "string", "minLength": 1, "maxLength": 320}, "password": {"type": "string", "minLength": 1, "maxLength": 1024},
  "key": {"type": "string", "minLength": 1, "maxLength": 200, "description": "An API key or access token."}}},
"CreateApiKeyRequest": {"type": "object", "additionalProperties": false, "required": ["name"], "properties": {
  "name": {"type": "string", "minLength": 1, "maxLength": 200},
  "role": {"type": ["string", "null"], "enum": ["owner", "admin", "developer", "viewer", null]},
  "scopes": {"type": ["array", "null"], "maxItems": 50, "items": {"type": "string", "maxLength": 100}, "description": "Permissions; absent or empty: those of the maker."},
  "expires_at": {"type": ["string", "null"], "format": "date-time"}}}
})json";

constexpr std::string_view kDiagnosis = R"json({
"CreateDiagnosisResponse": {"type": "object", "required": ["runId", "status", "createdAt"], "properties": {
  "runId": {"type": "string", "description": "The diagnosis run's id."}, "status": {"$ref": "#/components/schemas/DiagnosisStatus"},
  "createdAt": {"type": "string", "format": "date-time"}}},
"DiagnosisStatus": {"type": "string", "enum": ["pending", "running", "completed", "failed", "timed_out"]},
"DiagnosisRunStatus": {"type": "object", "required": ["runId", "status", "createdAt", "updatedAt"], "properties": {
  "runId": {"type": "string"}, "status": {"$ref": "#/components/schemas/DiagnosisStatus"},
  "createdAt": {"type": "string", "format": "date-time"}, "updatedAt": {"type": "string", "format": "date-time"}}},
"Diagnosis": {"type": "object", "required": ["title", "summary"], "description": "A field that could not be filled is absent and has an entry in evidence_gaps.", "properties": {
  "title": {"type": "string"}, "summary": {"type": "string"}, "root_cause": {"type": "string"}, "root_cause_task": {"type": "string"},
  "root_cause_type": {"type": "string"}, "transience": {"type": "string", "enum": ["PERMANENT", "TRANSIENT", "INTERMITTENT"]},
  "severity": {"type": "string", "enum": ["critical", "high", "medium", "low"]}, "priority": {"type": "string", "enum": ["P1", "P2", "P3", "P4"]},
  "confidence": {"type": "number", "minimum": 0, "maximum": 1}, "confidence_justification": {"type": "string"},
  "evidence_status": {"type": "string", "enum": ["confirmed", "hypothesis", "insufficient_evidence"]},
  "evidence": {"type": "array", "items": {"type": "string"}}, "symptoms": {"type": "array", "items": {"type": "string"}},
  "contributing_factors": {"type": "array", "items": {"type": "string"}}, "evidence_gaps": {"type": "array", "items": {"type": "object"}},
  "log_snippet": {"type": "string"}, "exception_class": {"type": "string"}, "exception_message": {"type": "string"},
  "log_classification": {"type": "string"}, "log_signals": {"type": "array", "items": {"type": "string"}},
  "dag_level_checks": {"type": "array", "items": {"type": "object"}}, "tasks": {"type": "array", "items": {"type": "object"}},
  "cascade_chain": {"type": "array", "items": {"type": "object"}}, "cascade_depth": {"type": "integer"},
  "is_cascade_amplifier": {"type": "boolean"}, "amplifier_description": {"type": "string"}, "blast_radius": {"type": "object"},
  "cofailure_pairs": {"type": "array", "items": {"type": "object"}}, "effective_availability": {"type": "number"},
  "reported_success_rate": {"type": "number"}, "health_gap": {"type": "string"}, "failure_onset_date": {"type": "string"},
  "last_success_date": {"type": "string"}, "timeline_events": {"type": "array", "items": {"type": "object"}},
  "change_signals": {"type": "array", "items": {"type": "object"}}, "suggested_fix": {"type": "string"}, "remediation": {"type": "string"},
  "prevention_measures": {"type": "array", "items": {"type": "object"}}, "vendor_remediation": {"type": "string"},
  "vendor_name": {"type": "string"}, "vendor_destination": {"type": "string"}, "vendor_dashboard_url": {"type": "string"},
  "rendered_conn_ids": {"type": "array", "items": {"type": "string"}}, "affected_dags": {"type": "array", "items": {"type": "string"}},
  "child_dag_findings": {"type": "array", "items": {"type": "object"}}, "match_count": {"type": "integer"},
  "coverage_quality": {"type": "string", "enum": ["deep", "moderate", "shallow", "partial"]}, "duration_percentiles": {"type": "object"},
  "trend_direction": {"type": "string", "enum": ["improving", "stable", "degrading", "unknown"]}, "change_point_date": {"type": "string"},
  "seasonality_signal": {"type": "string"}, "fleet_health_score": {"type": "number"}, "from_dag_run_id": {"type": "string"},
  "session_id": {"type": "string"}, "evidence_refs": {"type": "array", "items": {"type": "object"}},
  "similar_runs": {"type": "array", "items": {"type": "object"}}, "alternatives": {"type": "array", "items": {"type": "object"}},
  "rules_fired": {"type": "array", "items": {"$ref": "#/components/schemas/RuleFired"}, "description": "With explain: every rule that fired, heaviest first."},
  "confidence_signals": {"type": "array", "items": {"$ref": "#/components/schemas/ConfidenceSignal"}, "description": "With explain: what the confidence is made of."},
  "wording": {"$ref": "#/components/schemas/Wording"}}},
"Wording": {"type": "object", "required": ["status"], "description": "With wording: what a language model made of the evidence; the rest of the diagnosis does not depend on it.", "properties": {
  "status": {"type": "string", "enum": ["worded", "kept"]}, "model": {"type": "string"}, "reason": {"type": "string", "description": "Of kept: why there are no words of a model."},
  "summary": {"type": "string"}, "root_cause": {"type": "string"}, "suggested_fix": {"type": "string"},
  "sentences": {"type": "array", "items": {"type": "object", "required": ["field", "text", "refs"], "properties": {
    "field": {"type": "string"}, "text": {"type": "string"}, "refs": {"type": "array", "items": {"type": "string"}}}}},
  "dropped": {"type": "array", "items": {"type": "object", "properties": {"field": {"type": "string"}, "why": {"type": "string"}}}},
  "redacted": {"type": "integer", "description": "Different values that were taken out of what the model saw."}}},
"RuleFired": {"type": "object", "required": ["rule", "code", "score", "weight", "why"], "properties": {
  "rule": {"type": "string"}, "code": {"type": "string"}, "score": {"type": "number", "description": "How surely the rule means its code."},
  "weight": {"type": "number", "description": "What is left of the score after place, level and attempt; 0: another rule was better on the same text."},
  "why": {"type": "string"}, "ref": {"type": "string"}, "task_id": {"type": "string"}}},
"ConfidenceSignal": {"type": "object", "required": ["signal", "weight"], "properties": {"signal": {"type": "string"}, "weight": {"type": "number"}}},
"Guidance": {"type": "object", "required": ["version", "rules", "yaml", "updated_at", "updated_by"], "properties": {
  "version": {"type": "integer", "description": "0: there are no rules yet."}, "rules": {"type": "integer"}, "yaml": {"type": "string"},
  "updated_at": {"type": ["string", "null"], "format": "date-time"}, "updated_by": {"type": ["string", "null"]}}},
"GuidanceCheck": {"type": "object", "required": ["rules", "tried", "gone", "left_out", "changes"], "properties": {
  "rules": {"type": "integer"}, "tried": {"type": "integer", "description": "Past diagnoses made anew with the rules that count now and with these."},
  "gone": {"type": "integer", "description": "Of runs that are no longer recorded."}, "left_out": {"type": "integer", "description": "For lack of time."},
  "changes": {"type": "array", "items": {"type": "object", "required": ["diagnosis_run_id", "deployment_id", "dag_id", "run_id", "from", "to"], "properties": {
    "diagnosis_run_id": {"type": "string"}, "deployment_id": {"type": "string"}, "dag_id": {"type": "string"}, "run_id": {"type": "string"},
    "task_id": {"type": "string"}, "from": {"type": "string"}, "to": {"type": "string"}}}}}}
})json";

constexpr std::string_view kRuns = R"json({
"Cause": {"type": "object", "required": ["root_cause_type", "title", "confidence"], "properties": {
  "root_cause_type": {"type": ["string", "null"]}, "title": {"type": ["string", "null"]}, "confidence": {"type": ["number", "null"]}}},
"PhaseStatus": {"type": "object", "required": ["success", "message", "total", "status", "attempt", "log_count", "error_log_count", "s3_data_path"], "properties": {
  "success": {"type": ["boolean", "null"]}, "message": {"type": "string"}, "total": {"type": ["integer", "null"]},
  "status": {"type": "string", "enum": ["success", "error", "running", "missing"]}, "attempt": {"type": "integer"},
  "log_count": {"type": "integer"}, "error_log_count": {"type": "integer"}, "s3_data_path": {"type": ["string", "null"]}}},
"SearchRunResult": {"type": "object", "required": ["run_id", "dag_id", "date", "state", "started_at", "ended_at", "duration_seconds", "attempt", "phases"], "properties": {
  "run_id": {"type": "string"}, "dag_id": {"type": "string"}, "date": {"type": "string", "format": "date"},
  "state": {"$ref": "#/components/schemas/RunState"}, "started_at": {"type": ["string", "null"], "format": "date-time"},
  "ended_at": {"type": ["string", "null"], "format": "date-time"}, "duration_seconds": {"type": ["number", "null"]},
  "attempt": {"type": "integer", "description": "The highest attempt of any task."}, "deployment_id": {"type": "string"}, "dag_version": {"type": "string"},
  "run_type": {"type": "string"}, "logical_date": {"type": ["string", "null"], "format": "date-time"},
  "phases": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/PhaseStatus"}},
  "matches": {"type": "array", "description": "With depth=full: the first 20 rows that have a keyword.", "items": {"type": "object", "required": ["phase", "attempt", "kind", "row", "snippet"], "properties": {
    "phase": {"type": "string"}, "attempt": {"type": "integer"}, "kind": {"type": "string"}, "row": {"type": "integer"}, "snippet": {"type": "string"}}}},
  "matches_truncated": {"type": "boolean"}}},
"RunState": {"type": "string", "enum": ["QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"]},
"SearchRunsResponse": {"type": "object", "required": ["items", "total", "limit", "page", "offset", "has_more", "next_cursor"], "properties": {
  "items": {"type": "array", "items": {"$ref": "#/components/schemas/SearchRunResult"}}, "total": {"type": "integer"}, "limit": {"type": "integer"},
  "page": {"type": "integer"}, "offset": {"type": "integer"}, "has_more": {"type": "boolean"}, "next_cursor": {"type": ["string", "null"]}}},
"RunInBrief": {"type": "object", "required": ["run_id", "dag_id", "date", "state"], "properties": {
  "run_id": {"type": "string"}, "dag_id": {"type": "string"}, "date": {"type": "string", "format": "date"}, "deployment_id": {"type": "string"},
  "dag_version": {"type": "string"}, "run_type": {"type": "string"}, "state": {"$ref": "#/components/schemas/RunState"},
  "logical_date": {"type": ["string", "null"], "format": "date-time"},
  "started_at": {"type": ["string", "null"], "format": "date-time"}, "ended_at": {"type": ["string", "null"], "format": "date-time"},
  "duration_seconds": {"type": ["number", "null"]}}},
"RunListItem": {"type": "object", "required": ["run_id", "dag_id", "date", "state", "cause"], "properties": {
  "run_id": {"type": "string"}, "dag_id": {"type": "string"}, "date": {"type": "string", "format": "date"}, "deployment_id": {"type": "string"},
  "dag_version": {"type": "string"}, "run_type": {"type": "string"}, "state": {"$ref": "#/components/schemas/RunState"},
  "logical_date": {"type": ["string", "null"], "format": "date-time"},
  "started_at": {"type": ["string", "null"], "format": "date-time"}, "ended_at": {"type": ["string", "null"], "format": "date-time"},
  "duration_seconds": {"type": ["number", "null"]}, "cause": {"anyOf": [{"$ref": "#/components/schemas/Cause"}, {"type": "null"}]}}},
"RunList": {"type": "object", "required": ["items", "total", "limit", "has_more", "next_cursor"], "properties": {
  "items": {"type": "array", "items": {"$ref": "#/components/schemas/RunListItem"}}, "total": {"type": "integer"}, "limit": {"type": "integer"},
  "has_more": {"type": "boolean"}, "next_cursor": {"type": ["string", "null"]}, "hint": {"type": "string", "description": "What is close, where no run has this run_id."}}},
"TaskAttempt": {"type": "object", "required": ["task_id", "attempt", "state", "phase"], "properties": {
  "task_id": {"type": "string"}, "mapped_of": {"type": ["string", "null"]}, "map_index": {"type": "integer"}, "attempt": {"type": "integer"},
  "max_attempts": {"type": "integer"}, "state": {"type": "string"}, "original_state": {"type": "string"}, "phase": {"type": "string"},
  "operator": {"type": "string"}, "started_at": {"type": ["string", "null"], "format": "date-time"},
  "ended_at": {"type": ["string", "null"], "format": "date-time"}, "duration_seconds": {"type": ["number", "null"]},
  "exit_code": {"type": ["integer", "null"]}, "signal": {"type": ["integer", "null"]}, "reason": {"type": ["string", "null"]}}},
"TaskNode": {"type": "object", "required": ["task_id", "downstream"], "properties": {
  "task_id": {"type": "string"}, "downstream": {"type": "array", "items": {"type": "string"}}, "operator": {"type": "string"},
  "phase": {"type": "string"}, "trigger_rule": {"type": "string"}, "max_attempts": {"type": "integer"}, "is_mapped": {"type": "boolean"}, "is_setup": {"type": "boolean"},
  "is_teardown": {"type": "boolean"}}},
"RunTasks": {"type": "object", "required": ["run_id", "dag_id", "dag_version", "graph", "attempts", "links"], "properties": {
  "run_id": {"type": "string"}, "dag_id": {"type": "string"}, "dag_version": {"type": "string"},
  "graph": {"type": "object", "required": ["nodes", "edges"], "properties": {"nodes": {"type": "array", "items": {"$ref": "#/components/schemas/TaskNode"}},
    "edges": {"type": "array", "items": {"type": "object", "properties": {"from": {"type": "string"}, "to": {"type": "string"}}}}}},
  "attempts": {"type": "array", "items": {"$ref": "#/components/schemas/TaskAttempt"}}, "links": {"type": "array", "items": {"type": "object"}}}},
"EventPayload": {"type": "object", "required": ["queue_data", "event"], "properties": {
  "queue_data": {"type": ["object", "null"]}, "event": {"type": ["object", "null"]}}},
"ParquetPageResponse": {"type": "object", "required": ["items", "total", "limit", "page", "offset", "has_more", "columns", "attempt", "phase"], "properties": {
  "items": {"type": "array", "items": {"type": "object"}}, "total": {"type": "integer"}, "limit": {"type": "integer"}, "page": {"type": "integer"},
  "offset": {"type": "integer"}, "has_more": {"type": "boolean"}, "attempt": {"type": "integer"}, "phase": {"type": "string"},
  "columns": {"type": "array", "items": {"type": "object", "required": ["name", "type"], "properties": {"name": {"type": "string"}, "type": {"type": "string"}}}}}}
})json";

constexpr std::string_view kRest = R"json({
"Dag": {"type": "object", "required": ["dag_id", "deployment_id", "version", "runs", "failed_runs", "last_run", "last_success_at"], "properties": {
  "dag_id": {"type": "string"}, "deployment_id": {"type": "string"}, "version": {"type": "string"}, "runs": {"type": "integer"},
  "failed_runs": {"type": "integer"}, "last_run": {"anyOf": [{"$ref": "#/components/schemas/RunInBrief"}, {"type": "null"}]},
  "last_success_at": {"type": ["string", "null"], "format": "date-time"}}},
"DagList": {"type": "object", "required": ["items", "total", "limit", "page", "offset", "has_more", "next_cursor"], "properties": {
  "items": {"type": "array", "items": {"$ref": "#/components/schemas/Dag"}}, "total": {"type": "integer"}, "limit": {"type": "integer"},
  "page": {"type": "integer"}, "offset": {"type": "integer"}, "has_more": {"type": "boolean"}, "next_cursor": {"type": ["string", "null"]}}},
"DagDetail": {"type": "object", "required": ["dag_id", "deployment_id", "version", "versions", "schedule", "nodes", "edges"], "properties": {
  "dag_id": {"type": "string"}, "deployment_id": {"type": "string"}, "version": {"type": "string"}, "created_at": {"type": ["string", "null"], "format": "date-time"},
  "versions": {"type": "array", "items": {"type": "string"}}, "schedule": {"type": ["string", "null"]}, "source_file": {"type": ["string", "null"]},
  "source": {"type": ["string", "null"]}, "nodes": {"type": "array", "items": {"$ref": "#/components/schemas/TaskNode"}},
  "edges": {"type": "array", "items": {"type": "object"}}}},
"IngestResult": {"type": "object", "required": ["accepted", "duplicates", "rejected"], "properties": {
  "accepted": {"type": "integer"}, "duplicates": {"type": "integer"}, "rejected": {"type": "integer"},
  "errors": {"type": "array", "description": "The first of the rejected lines.", "items": {"type": "object", "required": ["line", "message"], "properties": {
    "line": {"type": "integer"}, "member": {"type": "string"}, "message": {"type": "string"}}}}}},
"AccessToken": {"type": "object", "required": ["access_token", "token_type", "expires_at", "expires_in"], "properties": {
  "access_token": {"type": "string"}, "token_type": {"type": "string"}, "expires_at": {"type": "string", "format": "date-time"}, "expires_in": {"type": "integer"}}},
"ApiKey": {"type": "object", "required": ["id", "name", "key_prefix", "role", "scopes", "created_at", "expires_at"], "properties": {
  "id": {"type": "string"}, "name": {"type": "string"}, "key_prefix": {"type": "string"}, "role": {"type": "string"},
  "scopes": {"type": "array", "items": {"type": "string"}}, "created_at": {"type": "string", "format": "date-time"},
  "expires_at": {"type": ["string", "null"], "format": "date-time"}, "key": {"type": "string", "description": "The key itself; only in the answer that made it."}}},
"ApiKeyList": {"type": "object", "required": ["items", "total"], "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/ApiKey"}}, "total": {"type": "integer"}}},
"Me": {"type": "object", "required": ["organization_id", "deployment_id", "organization", "deployments", "user", "role", "permissions", "signed_in_by"], "properties": {
  "organization_id": {"type": "string"}, "deployment_id": {"type": "string", "description": "The organization's default one."},
  "organization": {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}, "default_deployment": {"type": "string"}}},
  "deployments": {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}},
  "user": {"type": "object", "properties": {"id": {"type": "string"}, "email": {"type": ["string", "null"]}}}, "role": {"type": "string"},
  "permissions": {"type": "array", "items": {"type": "string"}}, "signed_in_by": {"type": "string"}}},
"Health": {"type": "object", "required": ["status", "version", "components", "timestamp"], "properties": {
  "status": {"$ref": "#/components/schemas/HealthStatus"}, "version": {"type": "string"}, "timestamp": {"type": "string", "format": "date-time"},
  "components": {"type": "array", "items": {"type": "object", "required": ["name", "status", "message", "latency_ms"], "properties": {
    "name": {"type": "string"}, "status": {"$ref": "#/components/schemas/HealthStatus"}, "message": {"type": "string"}, "latency_ms": {"type": "number"}}}}}},
"HealthStatus": {"type": "string", "enum": ["healthy", "degraded", "unhealthy"]},
"Verification": {"type": "object", "required": ["ok", "refs"], "properties": {"ok": {"type": "boolean"}, "refs": {"type": "array", "items": {"type": "object",
  "required": ["ref", "ok"], "properties": {"ref": {"type": "string"}, "ok": {"type": "boolean"}, "reason": {"type": "string"}}}}}},
"Alive": {"type": "object", "required": ["status"], "properties": {"status": {"type": "string"}}},
"ProblemCatalogue": {"type": "object", "required": ["items", "total"], "properties": {"items": {"type": "array", "items": {"type": "object"}}, "total": {"type": "integer"}}},
"StreamEvent": {"type": "object", "required": ["event", "data"], "description": "One event of the stream, by its fields.", "properties": {
  "id": {"type": "string", "description": "What to send as `Last-Event-ID` to go on behind this event."},
  "event": {"type": "string"}, "data": {"type": "string", "contentMediaType": "application/json"}, "retry": {"type": "integer"}}},
"Problem": {"type": "object", "required": ["type", "title", "status", "detail", "instance", "code", "message", "request_id"], "properties": {
  "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"}, "instance": {"type": "string"},
  "code": {"type": "string"}, "message": {"type": "string"}, "request_id": {"type": "string"},
  "errors": {"type": "array", "items": {"type": "object", "required": ["message"], "properties": {"parameter": {"type": "string"}, "pointer": {"type": "string"}, "message": {"type": "string"},
  "line": {"type": "integer", "description": "Of the text that is wrong, counted from 1."}, "way_out": {"type": "string"}}}}}}
})json";

}  // namespace

const json::object& Schemas() {
    static const json::object all = [] {
        json::object merged;
        for (const std::string_view part : {kRequests, kDiagnosis, kRuns, kRest, kSearchSchemas, kDagHistorySchemas,
                                            kArtifactSchemas, kUpkeepSchemas}) {
            const json::value parsed = ParseJson(part, "a schema");
            for (const auto& member : parsed.as_object()) merged.insert(member);
        }
        return merged;
    }();
    return all;
}

}  // namespace dagy::api
