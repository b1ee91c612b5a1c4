/// Step 5 of the schema: what the run search filters by, in its own index; what texts a whole run may hold; whose
/// event ids are.
#pragma once

namespace dagy::store::sqlite {

inline constexpr const char* kSchema5 = R"sql(
-- The newest attempt of each phase by which runs are searched (model/phase_status.h); phases are 0 event, 1 extract,
-- 2 transform, 3 load, statuses 0 missing, 1 success, 2 running, 3 error.
CREATE TABLE etl_phases (
    run_key INTEGER NOT NULL, phase INTEGER NOT NULL,
    attempt INTEGER NOT NULL, status INTEGER NOT NULL,
    phase_key INTEGER,  -- in phases; NULL where only tasks tell of it
    PRIMARY KEY (run_key, phase)
) STRICT, WITHOUT ROWID;

-- The first rows of data, queue_data and event of such a phase, as text that keywords are looked for in. Rows that came
-- before this step, or that were too many at once, are not in it: fewer rows than the phase has tell.
CREATE TABLE phase_heads (
    phase_key INTEGER NOT NULL, kind INTEGER NOT NULL,
    rows INTEGER NOT NULL, text BLOB NOT NULL,
    PRIMARY KEY (phase_key, kind)
) STRICT, WITHOUT ROWID;

-- Which texts all rows of a run may hold (lake/run_filters.h); goes when the run gets rows.
CREATE TABLE run_filters (run_key INTEGER PRIMARY KEY, rows INTEGER NOT NULL, filter BLOB NOT NULL) STRICT;
-- Runs that got rows since then.
CREATE TABLE unfiltered_runs (run_key INTEGER PRIMARY KEY) STRICT;
INSERT INTO unfiltered_runs
SELECT DISTINCT run_key FROM phases WHERE log_count + error_count + data_count + queue_data_count + event_count > 0;

-- The run that an event id came with, so that it goes with it; ids from before this step stay known for ever.
ALTER TABLE ingested_events ADD COLUMN dag_id TEXT NOT NULL DEFAULT '';
ALTER TABLE ingested_events ADD COLUMN run_id TEXT NOT NULL DEFAULT '';
CREATE INDEX ingested_events_of_run ON ingested_events (org, deployment, dag_id, run_id) WHERE run_id <> '';

ALTER TABLE runs ADD COLUMN event_status INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN extract_status INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN transform_status INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN load_status INTEGER NOT NULL DEFAULT 0;

CREATE TEMP TABLE etl_seen AS
SELECT run_key, CASE phase WHEN 'event' THEN 0 WHEN 'extract' THEN 1 WHEN 'transform' THEN 2 ELSE 3 END AS phase,
    attempt, key AS phase_key,
    CASE status WHEN 'missing' THEN 0 WHEN 'success' THEN 1 WHEN 'running' THEN 2 WHEN 'error' THEN 3 END AS said, NULL AS of_task, error_count
FROM phases WHERE phase IN ('event', 'extract', 'transform', 'load')
UNION ALL
SELECT run_key, CASE name WHEN 'event' THEN 0 WHEN 'extract' THEN 1 WHEN 'transform' THEN 2 ELSE 3 END, attempt, NULL, NULL,
    CASE WHEN state = 'SUCCEEDED' THEN 1 WHEN state = 'RUNNING' THEN 2 WHEN state = 'SKIPPED' THEN 1 WHEN state = 'QUEUED' THEN 0 ELSE 3 END, 0
FROM (SELECT *, iif(phase = '', task_id, phase) AS name FROM attempts) WHERE name IN ('event', 'extract', 'transform', 'load');

INSERT INTO etl_phases (run_key, phase, attempt, status, phase_key)
SELECT run_key, phase, attempt, coalesce(max(said), max(of_task), iif(max(error_count) > 0, 3, 2)), max(phase_key)
FROM etl_seen JOIN (SELECT run_key, phase, max(attempt) AS attempt FROM etl_seen GROUP BY run_key, phase) USING (run_key, phase, attempt)
GROUP BY run_key, phase;
DROP TABLE temp.etl_seen;

UPDATE runs SET
    event_status = coalesce((SELECT status FROM etl_phases WHERE run_key = key AND phase = 0), 0),
    extract_status = coalesce((SELECT status FROM etl_phases WHERE run_key = key AND phase = 1), 0),
    transform_status = coalesce((SELECT status FROM etl_phases WHERE run_key = key AND phase = 2), 0),
    load_status = coalesce((SELECT status FROM etl_phases WHERE run_key = key AND phase = 3), 0)
WHERE key IN (SELECT run_key FROM etl_phases);

DROP INDEX runs_of_dag;
CREATE INDEX runs_of_dag ON runs (org, dag_id, partition_date, began_at, key, state, deployment,
    event_status, extract_status, transform_status, load_status);
)sql";

}  // namespace dagy::store::sqlite
