#include "api/schema_parts.h"

namespace dagy::api {

const std::string_view kArtifactSchemas = R"json({
"Artifact": {"type": "object", "required": ["kind", "phase", "attempt", "chunk", "path", "rows", "size", "modified_at", "sha256", "url", "expires_in", "expires_at"], "properties": {
  "kind": {"type": "string", "description": "event-queue-data, event-event, or <phase>-data, -errors, -logs, -metadata, -index."},
  "phase": {"type": "string"}, "attempt": {"type": "integer"}, "chunk": {"type": "integer", "description": "Its place among the objects of its kind, from 0."},
  "path": {"type": "string", "description": "Its key below the root of the records."}, "rows": {"type": ["integer", "null"]}, "size": {"type": "integer", "description": "Bytes."},
  "modified_at": {"type": ["string", "null"], "format": "date-time", "description": "Null: the object is missing from the storage."},
  "sha256": {"type": ["string", "null"]}, "url": {"type": ["string", "null"], "description": "For GET, by whoever has it; a path is one of this server."},
  "expires_in": {"type": "integer"}, "expires_at": {"type": "string", "format": "date-time"}}},
"ArtifactList": {"type": "object", "required": ["items", "total", "limit", "page", "offset", "has_more"], "properties": {
  "items": {"type": "array", "items": {"$ref": "#/components/schemas/Artifact"}}, "total": {"type": "integer"}, "limit": {"type": "integer"},
  "page": {"type": "integer"}, "offset": {"type": "integer"}, "has_more": {"type": "boolean"}}}
})json";

}  // namespace dagy::api
