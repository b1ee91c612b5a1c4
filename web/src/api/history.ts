/** What a DAG's runs were like: the last ones one by one, and all of them in figures. */

import { client, getJson, unwrap } from "./http";
import type { components } from "./schema";

type RunState = components["schemas"]["RunState"];

export interface TimelineAttempt {
  task_id: string;
  map_index: number;
  attempt: number;
  state: string;
  started_at: string | null;
  ended_at: string | null;
}

export interface TimelineRun {
  run_id: string;
  date: string;
  state: RunState;
  started_at: string | null;
  ended_at: string | null;
  duration_seconds: number | null;
  /** Root-cause code of its newest diagnosis. */
  cause: string | null;
  root_task_id: string | null;
  diagnosis_run_id: string | null;
  dag_version: string;
  attempts: TimelineAttempt[];
}

/** Oldest first. */
export interface Timeline {
  dag_id: string;
  deployment_id: string;
  runs: TimelineRun[];
}

export interface Statistics {
  date_from: string;
  date_to: string;
  runs: number;
  success: number;
  failed: number;
  cancelled: number;
  running: number;
  success_rate: number | null;
  duration_seconds: { mean: number; p50: number; p90: number; p95: number; p99: number; max: number } | null;
  by_day: DayOfDag[];
  tasks: {
    task_id: string;
    attempts: number;
    failed: number;
    retried: number;
    success_rate: number | null;
    duration_seconds: { p50: number; p95: number } | null;
  }[];
  causes: { code: string; runs: number }[];
}

export interface DayOfDag {
  date: string;
  success: number;
  failed: number;
  cancelled: number;
  running: number;
  duration_p50: number | null;
}

/** Names a DAG; `deployment` only where it is not the organization's default one. */
export interface DagKey {
  dagId: string;
  deployment?: string | undefined;
}

const pathOf = (dag: DagKey, what: string) => `/api/v1/dags/${encodeURIComponent(dag.dagId)}/${what}`;

export const getTimeline = (dag: DagKey, limit: number, beforeRun?: string) =>
  getJson<Timeline>(pathOf(dag, "timeline"), { limit, before_run: beforeRun, deployment_id: dag.deployment });

/** The last `days` up to the newest run; the server's own default without. */
export const getStatistics = async (dag: DagKey, days?: number): Promise<Statistics> => {
  const query = { deployment_id: dag.deployment };
  const newest = await getJson<Statistics>(pathOf(dag, "statistics"), query);
  if (days === undefined) return newest;
  const from = new Date(newest.date_to);
  from.setUTCDate(from.getUTCDate() - days + 1);
  return getJson<Statistics>(pathOf(dag, "statistics"), {
    ...query,
    date_from: from.toISOString().slice(0, 10),
    date_to: newest.date_to,
  });
};

export type DagDetail = components["schemas"]["DagDetail"];

export const getDag = (dag: DagKey) =>
  unwrap(
    client.GET("/api/v1/dags/{dag_id}", {
      params: { path: { dag_id: dag.dagId }, query: dag.deployment ? { deployment_id: dag.deployment } : {} },
    }),
  );

const kStripRuns = 30;

/** The last runs if this one is among them, else those up to it. */
export async function getTimelineAround(dag: DagKey, runId: string): Promise<Timeline> {
  const newest = await getTimeline(dag, kStripRuns);
  if (newest.runs.length === 0 || newest.runs.some((run) => run.run_id === runId)) return newest;
  return getTimeline(dag, kStripRuns, runId);
}
