/// Step 1 of the schema. Times are microseconds since 1970 UTC; JSON objects are text, empty for `{}`; states are their
/// names.
#pragma once

namespace dagy::store::sqlite {

inline constexpr const char* kSchema1 = R"sql(
CREATE TABLE schema_version (version INTEGER PRIMARY KEY) STRICT;
CREATE TABLE health (id INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT;

-- Dags and runs ------------------------------------------------------------------------------------------------------------------
CREATE TABLE dags (
    org TEXT NOT NULL, dag_id TEXT NOT NULL, deployment TEXT NOT NULL,
    last_success_at INTEGER,
    PRIMARY KEY (org, dag_id, deployment)
) STRICT, WITHOUT ROWID;

-- How many runs of a dag are in a state: totals of lists without counting them.
CREATE TABLE dag_states (
    org TEXT NOT NULL, dag_id TEXT NOT NULL, deployment TEXT NOT NULL, state TEXT NOT NULL,
    runs INTEGER NOT NULL,
    PRIMARY KEY (org, dag_id, deployment, state)
) STRICT, WITHOUT ROWID;

CREATE TABLE dag_versions (
    id INTEGER PRIMARY KEY,
    org TEXT NOT NULL, deployment TEXT NOT NULL, dag_id TEXT NOT NULL, version TEXT NOT NULL,
    created_at INTEGER, schedule TEXT NOT NULL, source TEXT NOT NULL, source_file TEXT NOT NULL,
    tasks TEXT NOT NULL, extras TEXT NOT NULL,
    UNIQUE (org, dag_id, deployment, version)
) STRICT;

CREATE TABLE runs (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    org TEXT NOT NULL, deployment TEXT NOT NULL, dag_id TEXT NOT NULL, run_id TEXT NOT NULL,
    dag_version TEXT NOT NULL, state TEXT NOT NULL, original_state TEXT NOT NULL, run_type TEXT NOT NULL,
    logical_date INTEGER, queued_at INTEGER, started_at INTEGER, ended_at INTEGER, observed_at INTEGER,
    parameters TEXT NOT NULL, triggered_by TEXT NOT NULL, extras TEXT NOT NULL,
    partition_date TEXT NOT NULL,
    began_at INTEGER NOT NULL,  -- start, else queueing, else 0: what lists are ordered by
    UNIQUE (org, run_id, dag_id, deployment)  -- in this order it also finds a run by its id alone
) STRICT;
-- State and deployment stand last so that filters and counts need no look at the row.
CREATE INDEX runs_of_org ON runs (org, partition_date, began_at, key, state, deployment);
CREATE INDEX runs_of_dag ON runs (org, dag_id, partition_date, began_at, key, state, deployment);
CREATE INDEX runs_by_state ON runs (org, state, partition_date, began_at, key, deployment);
CREATE INDEX runs_by_start ON runs (org, deployment, dag_id, began_at, key);

CREATE TABLE attempts (
    run_key INTEGER NOT NULL, task_id TEXT NOT NULL, attempt INTEGER NOT NULL,
    mapped_of TEXT NOT NULL, map_index INTEGER NOT NULL, phase TEXT NOT NULL,
    state TEXT NOT NULL, original_state TEXT NOT NULL,
    scheduled_at INTEGER, queued_at INTEGER, started_at INTEGER, ended_at INTEGER, observed_at INTEGER,
    max_attempts INTEGER NOT NULL, exit_code INTEGER, signal INTEGER, reason TEXT NOT NULL,
    operator_name TEXT NOT NULL, host TEXT NOT NULL, pool TEXT NOT NULL, queue TEXT NOT NULL,
    extras TEXT NOT NULL,
    PRIMARY KEY (run_key, task_id, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_links (
    org TEXT NOT NULL, deployment TEXT NOT NULL,
    from_dag TEXT NOT NULL, from_run TEXT NOT NULL, from_task TEXT NOT NULL,
    to_dag TEXT NOT NULL, to_run TEXT NOT NULL, to_task TEXT NOT NULL, via TEXT NOT NULL, resource TEXT NOT NULL,
    PRIMARY KEY (org, deployment, from_dag, from_run, from_task, to_dag, to_run, to_task, via, resource)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_links_to ON run_links (org, deployment, to_dag, to_run);

CREATE TABLE source_events (
    org TEXT NOT NULL, deployment TEXT NOT NULL, event_id TEXT NOT NULL,
    ts INTEGER NOT NULL, event TEXT NOT NULL, dag_id TEXT NOT NULL, run_id TEXT NOT NULL, task_id TEXT NOT NULL,
    map_index INTEGER NOT NULL, attempt INTEGER NOT NULL, actor TEXT NOT NULL, extra TEXT NOT NULL,
    PRIMARY KEY (org, deployment, event_id)
) STRICT;
CREATE INDEX source_events_by_dag ON source_events (org, deployment, dag_id, ts);
CREATE INDEX source_events_by_time ON source_events (org, deployment, ts);

CREATE TABLE facts (
    id INTEGER PRIMARY KEY,
    org TEXT NOT NULL, deployment TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
    seen_at INTEGER,
    seen_order INTEGER NOT NULL,  -- seen_at, or the lowest where it is unknown
    body TEXT NOT NULL
) STRICT;
CREATE INDEX facts_by_key ON facts (org, deployment, kind, key, seen_order, id);

-- Records ------------------------------------------------------------------------------------------------------------------------
-- The counts are also the next row numbers.
CREATE TABLE phases (
    key INTEGER PRIMARY KEY,
    run_key INTEGER NOT NULL, phase TEXT NOT NULL, attempt INTEGER NOT NULL,
    status TEXT NOT NULL, message TEXT NOT NULL, total INTEGER,
    log_count INTEGER NOT NULL DEFAULT 0, error_log_count INTEGER NOT NULL DEFAULT 0, error_count INTEGER NOT NULL DEFAULT 0,
    data_count INTEGER NOT NULL DEFAULT 0, queue_data_count INTEGER NOT NULL DEFAULT 0, event_count INTEGER NOT NULL DEFAULT 0,
    UNIQUE (run_key, phase, attempt)
) STRICT;

CREATE TABLE pending (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    phase_key INTEGER NOT NULL, kind INTEGER NOT NULL, first_row INTEGER NOT NULL, rows INTEGER NOT NULL, bytes INTEGER NOT NULL,
    payload BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX pending_by_phase ON pending (phase_key, kind, first_row, rows, bytes);

CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run_key INTEGER NOT NULL, phase_key INTEGER NOT NULL, kind INTEGER NOT NULL, first_row INTEGER NOT NULL, rows INTEGER NOT NULL,
    bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, object_key TEXT NOT NULL UNIQUE
) STRICT;
CREATE UNIQUE INDEX chunks_by_phase ON chunks (phase_key, kind, first_row);
CREATE INDEX chunks_by_run ON chunks (run_key);

CREATE TABLE garbage (object_key TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Ingestion ----------------------------------------------------------------------------------------------------------------------
CREATE TABLE ingested_events (
    org TEXT NOT NULL, deployment TEXT NOT NULL, event_id TEXT NOT NULL,
    PRIMARY KEY (org, deployment, event_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE source_progress (
    org TEXT NOT NULL, deployment TEXT NOT NULL, key TEXT NOT NULL, mark TEXT NOT NULL,
    PRIMARY KEY (org, deployment, key)
) STRICT, WITHOUT ROWID;

-- The event log ------------------------------------------------------------------------------------------------------------------
CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL, org TEXT NOT NULL, deployment TEXT NOT NULL, kind TEXT NOT NULL,
    dag_id TEXT NOT NULL, run_id TEXT NOT NULL, task_id TEXT NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE TABLE cursors (name TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Diagnoses ----------------------------------------------------------------------------------------------------------------------
CREATE TABLE diagnoses (
    id TEXT PRIMARY KEY,
    org TEXT NOT NULL, deployment TEXT NOT NULL, dag_id TEXT NOT NULL, run_id TEXT NOT NULL, task_id TEXT NOT NULL,
    try_numbers TEXT NOT NULL,  -- a JSON array, sorted
    skip_cache INTEGER NOT NULL, state TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
    evidence_hash TEXT NOT NULL DEFAULT '', error_code TEXT NOT NULL DEFAULT '', error_message TEXT NOT NULL DEFAULT '',
    last_event INTEGER NOT NULL DEFAULT 0, result TEXT
) STRICT;
CREATE INDEX diagnoses_of_run ON diagnoses (org, dag_id, run_id, deployment, state, updated_at);
CREATE INDEX diagnoses_unfinished ON diagnoses (created_at) WHERE state IN ('pending', 'running');

CREATE TABLE diagnosis_events (
    diagnosis TEXT NOT NULL, id INTEGER NOT NULL, event TEXT NOT NULL, data TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (diagnosis, id)
) STRICT, WITHOUT ROWID;

-- Identity -----------------------------------------------------------------------------------------------------------------------
CREATE TABLE organizations (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, default_deployment TEXT NOT NULL
) STRICT;
CREATE TABLE deployments (
    id TEXT PRIMARY KEY, org TEXT NOT NULL, name TEXT NOT NULL, criticality TEXT NOT NULL
) STRICT;
CREATE INDEX deployments_of_org ON deployments (org, id);
CREATE TABLE users (
    id TEXT PRIMARY KEY, org TEXT NOT NULL, email TEXT NOT NULL COLLATE NOCASE UNIQUE, role TEXT NOT NULL, password_hash TEXT NOT NULL
) STRICT;
CREATE INDEX users_of_org ON users (org, id);
CREATE TABLE credentials (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, org TEXT NOT NULL, user TEXT NOT NULL, role TEXT NOT NULL,
    scopes TEXT NOT NULL,  -- a JSON array
    name TEXT NOT NULL, prefix TEXT NOT NULL, sha256 TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL, expires_at INTEGER
) STRICT;
CREATE INDEX credentials_of_org ON credentials (org, kind, id);
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    org TEXT NOT NULL, at INTEGER NOT NULL,
    resource_type TEXT NOT NULL, resource_id TEXT NOT NULL, action TEXT NOT NULL, actor_email TEXT NOT NULL, actor_type TEXT NOT NULL,
    ip_address TEXT NOT NULL, user_agent TEXT NOT NULL, request_id TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL
) STRICT;
CREATE INDEX audit_of_org ON audit (org, id);
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_is_never_cut BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit trail is append-only'); END;
)sql";

}  // namespace dagy::store::sqlite
