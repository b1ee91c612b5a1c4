/// Step 6 of the schema: the run search reads one row a phase; when a run was first accepted; how the runs of a dag
/// fared on the days that are over.
#pragma once

namespace dagy::store::sqlite {

inline constexpr const char* kSchema6 = R"sql(
-- Where the source gives a run no time, its age counts from here. The log of events knows when each run came; where it
-- does not, that is not before this step.
ALTER TABLE runs ADD COLUMN recorded_at INTEGER NOT NULL DEFAULT 0;
CREATE TEMP TABLE recorded (run_key INTEGER PRIMARY KEY, at INTEGER NOT NULL);
INSERT INTO recorded SELECT json_extract(body, '$.run_key'), min(at) FROM events WHERE kind = 'run.created' GROUP BY 1;
UPDATE runs SET recorded_at = coalesce((SELECT at FROM recorded WHERE run_key = key), unixepoch() * 1000000);
DROP TABLE temp.recorded;

-- What keywords of the run search are looked for in stands in one row: what the phase says of itself, and its head where
-- it is short and whole (else NULL, and phase_heads has it).
CREATE TABLE said_phases (
    run_key INTEGER NOT NULL, phase INTEGER NOT NULL,
    attempt INTEGER NOT NULL, status INTEGER NOT NULL,
    phase_key INTEGER,  -- in phases; NULL where only tasks tell of it
    total INTEGER, log_count INTEGER NOT NULL, error_log_count INTEGER NOT NULL, error_count INTEGER NOT NULL, data_count INTEGER NOT NULL,
    head TEXT, message TEXT NOT NULL,
    PRIMARY KEY (run_key, phase)
) STRICT, WITHOUT ROWID;
INSERT INTO said_phases (run_key, phase, attempt, status, phase_key, total, log_count, error_log_count, error_count, data_count, head, message)
SELECT e.run_key, e.phase, e.attempt, e.status, e.phase_key, p.total, coalesce(p.log_count, 0), coalesce(p.error_log_count, 0),
    coalesce(p.error_count, 0), coalesce(p.data_count, 0),
    (SELECT iif(total(rows) = coalesce(min(p.data_count, 100) + (e.phase = 0) * (min(p.queue_data_count, 100) + min(p.event_count, 100)), 0)
            AND total(length(text)) <= 1500 AND total(substr(text, 1, 1) <> x'70') = 0, coalesce(group_concat(substr(text, 2), ''), ''), NULL)
     FROM (SELECT rows, text FROM phase_heads WHERE phase_key = e.phase_key AND (kind = 2 OR (e.phase = 0 AND kind IN (3, 4))) ORDER BY kind)),
    coalesce(p.message, '')
FROM etl_phases AS e LEFT JOIN phases AS p ON p.key = e.phase_key;
DROP TABLE etl_phases;
ALTER TABLE said_phases RENAME TO etl_phases;

-- The run id too, so that the row of a run is not read for it.
DROP INDEX runs_of_dag;
CREATE INDEX runs_of_dag ON runs (org, dag_id, partition_date, began_at, key, state, deployment,
    event_status, extract_status, transform_status, load_status, run_id);

-- How the runs of a dag and their tasks fared on a day that is over (store/day_tally.h); goes when one of them changes.
CREATE TABLE day_tallies (
    org TEXT NOT NULL, dag_id TEXT NOT NULL, deployment TEXT NOT NULL, date TEXT NOT NULL,
    tally BLOB NOT NULL,
    PRIMARY KEY (org, dag_id, deployment, date)
) STRICT;
-- Days without one, and the end of the event log when they changed last.
CREATE TABLE untallied_days (
    org TEXT NOT NULL, dag_id TEXT NOT NULL, deployment TEXT NOT NULL, date TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (org, dag_id, deployment, date)
) STRICT, WITHOUT ROWID;
INSERT INTO untallied_days SELECT DISTINCT org, dag_id, deployment, partition_date, 0 FROM runs;
)sql";

}  // namespace dagy::store::sqlite
