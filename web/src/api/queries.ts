/** What the pages ask for, by name: keys, freshness and when to ask again. */
import { infiniteQueryOptions, keepPreviousData, QueryCache, QueryClient, queryOptions } from "@tanstack/react-query";
import {
  type DataPlace,
  getData,
  getErrors,
  getLogs,
  getMe,
  getPhase,
  getRun,
  getTasks,
  type LogPlace,
  listDags,
  listRuns,
  type RunFilter,
  type RunKey,
} from "./client";
import { getGuidance } from "./guidance";
import { type DagKey, getDag, getStatistics, getTimeline, getTimelineAround } from "./history";
import { getLastLines } from "./last_lines";
import { ProblemError } from "./problem";

export const kLogPageLines = 200;
const kMovingMs = 5_000;
const kListMs = 20_000;

/** `onSignedOut` is called for every 401, wherever it came from. */
export function makeQueryClient(onSignedOut: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof ProblemError && error.status === 401) onSignedOut();
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        // What the server refused it will refuse again; what it could not do it may manage now.
        retry: (count, error) =>
          count < 2 && error instanceof ProblemError && (error.status === 0 || error.status >= 502),
      },
    },
  });
}

export const meQuery = queryOptions({ queryKey: ["me"], queryFn: getMe, staleTime: 300_000 });

export const runsQuery = (filter: RunFilter) =>
  infiniteQueryOptions({
    queryKey: ["runs", filter],
    queryFn: ({ pageParam }) => listRuns(filter, pageParam || undefined),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: kListMs,
  });

export const dagsQuery = queryOptions({ queryKey: ["dags"], queryFn: listDags, staleTime: 60_000 });

const keyOf = (run: RunKey) => [run.dagId, run.date, run.runId, run.deployment ?? ""];
const isMoving = (state: string | undefined) => state === "RUNNING" || state === "QUEUED";

export const runQuery = (run: RunKey) =>
  queryOptions({
    queryKey: ["run", ...keyOf(run)],
    queryFn: () => getRun(run),
    refetchInterval: (query) => (isMoving(query.state.data?.state) ? kMovingMs : false),
  });

export const tasksQuery = (run: RunKey, state: string | undefined) =>
  queryOptions({
    queryKey: ["tasks", ...keyOf(run)],
    queryFn: () => getTasks(run),
    refetchInterval: isMoving(state) ? kMovingMs : false,
  });

export const logPageQuery = (run: RunKey, place: LogPlace, page: number, moving: boolean) =>
  queryOptions({
    queryKey: ["logs", ...keyOf(run), place, page],
    queryFn: () => getLogs(run, place, page, kLogPageLines),
    // Lines never change; only a run that goes on writes more of them.
    staleTime: moving ? 0 : Number.POSITIVE_INFINITY,
    refetchInterval: moving ? kMovingMs : false,
  });

/** `wanted` is false until a line is looked at that may have an error record. */
export const errorsQuery = (run: RunKey, place: LogPlace, wanted: boolean) =>
  queryOptions({
    queryKey: ["errors", ...keyOf(run), place.phase, place.attempt],
    queryFn: () => getErrors(run, place),
    enabled: wanted,
    staleTime: 60_000,
  });

export const phaseQuery = (run: RunKey, phase: string, attempt: number) =>
  queryOptions({
    queryKey: ["phase", ...keyOf(run), phase, attempt],
    queryFn: () => getPhase(run, phase, attempt),
    staleTime: kListMs,
  });

export const kDataPageRows = 200;

export const dataPageQuery = (run: RunKey, place: DataPlace, page: number) =>
  queryOptions({
    queryKey: ["data", ...keyOf(run), place, page],
    queryFn: () => getData(run, place, page, kDataPageRows),
    staleTime: 60_000,
  });

export const lastLinesQuery = (run: RunKey, phase: string, attempt: number, max: number) =>
  queryOptions({
    queryKey: ["last lines", ...keyOf(run), phase, attempt, max],
    queryFn: () => getLastLines(run, phase, attempt, max),
    staleTime: 60_000,
  });

export const findRunQuery = (dagId: string, runId: string) =>
  queryOptions({ queryKey: ["find", dagId, runId], queryFn: () => listRuns({ dagId, runId }, undefined, 1) });

const kHistoryRuns = 60;

export const timelineAroundQuery = (run: RunKey) =>
  queryOptions({
    queryKey: ["timeline", run.dagId, run.deployment ?? "", run.runId],
    queryFn: () => getTimelineAround(run, run.runId),
    staleTime: kListMs,
  });

export const timelineQuery = (dag: DagKey) =>
  queryOptions({
    queryKey: ["timeline", dag.dagId, dag.deployment ?? ""],
    queryFn: () => getTimeline(dag, kHistoryRuns),
    refetchInterval: kListMs,
  });

export const statisticsQuery = (dag: DagKey, days?: number) =>
  queryOptions({
    queryKey: ["statistics", dag.dagId, dag.deployment ?? "", days ?? 0],
    queryFn: () => getStatistics(dag, days),
    staleTime: kListMs,
    placeholderData: keepPreviousData,
  });

export const dagQuery = (dag: DagKey) =>
  queryOptions({
    queryKey: ["dag", dag.dagId, dag.deployment ?? ""],
    queryFn: () => getDag(dag),
    staleTime: 60_000,
  });

export const guidanceQuery = queryOptions({ queryKey: ["guidance"], queryFn: getGuidance });
