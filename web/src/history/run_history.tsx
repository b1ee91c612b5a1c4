/** What came before a run, and after it: on the page of that run. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { RunKey } from "../api/client";
import type { Diagnosis } from "../api/diagnosis";
import { timelineAroundQuery } from "../api/queries";
import { ProblemNote } from "../parts/problem_note";
import { sayCount } from "../text/states";
import { DurationChart } from "./duration_chart";
import { RunStrip, StripLegend } from "./run_strip";
import { makeStrip } from "./strip";

export function RunHistory({ run, diagnosis }: { run: RunKey; diagnosis: Diagnosis | null }) {
  const timeline = useQuery(timelineAroundQuery(run));
  const runs = timeline.data?.runs;
  const strip = useMemo(() => makeStrip(runs ?? [], run.runId, diagnosis, Date.now()), [runs, run.runId, diagnosis]);
  return (
    <section className="card" aria-labelledby="history-title">
      <header className="card-head">
        <h2 id="history-title">History</h2>
        {runs && <span className="quiet">{sayCount(runs.length, "run")}</span>}
        <Link to="/dags/$dagId" params={{ dagId: run.dagId }} search={{ deployment: run.deployment }} className="small">
          All of {run.dagId}
        </Link>
        <StripLegend marks={strip.marks} />
      </header>
      {timeline.isError && (
        <ProblemNote
          error={timeline.error}
          what="The history could not be read."
          retry={() => void timeline.refetch()}
        />
      )}
      {timeline.isPending && <div className="skeleton skeleton-tall" aria-busy="true" />}
      {runs && runs.length === 1 && <p className="quiet">This is the only run of the DAG that is on record.</p>}
      {runs && runs.length > 1 && (
        <>
          <RunStrip dagId={run.dagId} deployment={run.deployment} strip={strip} />
          <DurationChart runs={runs} current={run.runId} changePoint={diagnosis?.change_point_date} />
        </>
      )}
    </section>
  );
}
