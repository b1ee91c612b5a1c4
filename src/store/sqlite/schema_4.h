/// Step 4 of the schema: how long the runs of a dag are kept, and finding what belongs to one run.
#pragma once

namespace dagy::store::sqlite {

inline constexpr const char* kSchema4 = R"sql(
CREATE TABLE retention (
    org TEXT NOT NULL, dag_id TEXT NOT NULL, deployment TEXT NOT NULL,
    days INTEGER NOT NULL,  -- 0: for ever
    PRIMARY KEY (org, dag_id, deployment)
) STRICT, WITHOUT ROWID;
CREATE INDEX source_events_of_run ON source_events (org, deployment, dag_id, run_id) WHERE run_id <> '';
)sql";

}  // namespace dagy::store::sqlite
