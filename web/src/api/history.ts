/** What a DAG's runs were like: the last ones one by one, and all of them in figures. */

import { client, unwrap } from "./http";
import type { components } from "./schema";

export type Statistics = components["schemas"]["DagStatistics"];
export type DayOfDag = components["schemas"]["DayOfDag"];
/** Runs oldest first. */
export type Timeline = components["schemas"]["DagTimeline"];
export type TimelineRun = components["schemas"]["TimelineRun"];
export type TimelineAttempt = components["schemas"]["TimelineAttempt"];

/** Names a DAG; `deployment` only where it is not the organization's default one. */
export interface DagKey {
  dagId: string;
  deployment?: string | undefined;
}

const pathOf = (dag: DagKey) => ({ dag_id: dag.dagId });
const placeOf = (dag: DagKey) => (dag.deployment ? { deployment_id: dag.deployment } : {});

export const getTimeline = (dag: DagKey, limit: number, beforeRun?: string) =>
  unwrap(
    client.GET("/api/v1/dags/{dag_id}/timeline", {
      params: { path: pathOf(dag), query: { ...placeOf(dag), limit, ...(beforeRun && { before_run: beforeRun }) } },
    }),
  );

const readStatistics = (dag: DagKey, range: { date_from?: string; date_to?: string }) =>
  unwrap(
    client.GET("/api/v1/dags/{dag_id}/statistics", {
      params: { path: pathOf(dag), query: { ...placeOf(dag), ...range } },
    }),
  );

/** The last `days` up to the newest run; the server's own default without. */
export const getStatistics = async (dag: DagKey, days?: number): Promise<Statistics> => {
  const newest = await readStatistics(dag, {});
  if (days === undefined) return newest;
  const from = new Date(newest.date_to);
  from.setUTCDate(from.getUTCDate() - days + 1);
  return readStatistics(dag, { date_from: from.toISOString().slice(0, 10), date_to: newest.date_to });
};

export type DagDetail = components["schemas"]["DagDetail"];

export const getDag = (dag: DagKey) =>
  unwrap(
    client.GET("/api/v1/dags/{dag_id}", {
      params: { path: pathOf(dag), query: placeOf(dag) },
    }),
  );

const kStripRuns = 30;

/** The last runs if this one is among them, else those up to it. */
export async function getTimelineAround(dag: DagKey, runId: string): Promise<Timeline> {
  const newest = await getTimeline(dag, kStripRuns);
  if (newest.runs.length === 0 || newest.runs.some((run) => run.run_id === runId)) return newest;
  return getTimeline(dag, kStripRuns, runId);
}
