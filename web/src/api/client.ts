/** Runs, their records and their diagnoses, as the server gives them. */
import { client, unwrap } from "./http";
import { ProblemError } from "./problem";
import type { components } from "./schema";

export type RunState = components["schemas"]["RunState"];
export type RunListItem = components["schemas"]["RunListItem"];
export type RunList = components["schemas"]["RunList"];
export type RunTasks = components["schemas"]["RunTasks"];
export type TaskNode = components["schemas"]["TaskNode"];
export type TaskAttempt = components["schemas"]["TaskAttempt"];
export type SearchRunResult = components["schemas"]["SearchRunResult"];
export type Me = components["schemas"]["Me"];
export type LogLevel = "DEBUG" | "INFO" | "WARNING" | "ERROR" | "CRITICAL";

/** Names a run; `deployment` only where it is not the organization's default one. */
export interface RunKey {
  dagId: string;
  date: string;
  runId: string;
  deployment?: string | undefined;
}

export const pathOf = (run: RunKey) => ({ dag_id: run.dagId, date: run.date, run_id: run.runId });
export const placeOf = (run: RunKey) => (run.deployment ? { deployment_id: run.deployment } : {});

export const getMe = () => unwrap(client.GET("/api/v1/me"));

export interface RunFilter {
  state?: string | undefined;
  dagId?: string | undefined;
  runId?: string | undefined;
}

export function listRuns(filter: RunFilter, cursor?: string, limit = 50) {
  const query = {
    limit,
    ...(filter.state && { state: filter.state }),
    ...(filter.dagId && { dag_id: filter.dagId }),
    ...(filter.runId && { run_id: filter.runId }),
    ...(cursor && { cursor }),
  };
  return unwrap(client.GET("/api/v1/runs", { params: { query } }));
}

export const listDags = () => unwrap(client.GET("/api/v1/dags", { params: { query: { limit: 200 } } }));

export const getRun = (run: RunKey) =>
  unwrap(
    client.GET("/api/v1/dags/{dag_id}/runs/{date}/{run_id}", { params: { path: pathOf(run), query: placeOf(run) } }),
  );

export const getTasks = (run: RunKey) =>
  unwrap(
    client.GET("/api/v1/dags/{dag_id}/runs/{date}/{run_id}/tasks", {
      params: { path: pathOf(run), query: placeOf(run) },
    }),
  );

/** One attempt of one phase, and which of its lines. */
export interface LogPlace {
  phase: string;
  attempt: number;
  level?: LogLevel | undefined;
  keyword?: string | undefined;
}

const filterOf = ({ attempt, level, keyword }: LogPlace) => ({
  attempt,
  ...(level && { level }),
  ...(keyword && { keyword }),
});

/** A log line as the server shows it. `_row` counts from 0 within the attempt and never changes. */
export interface LogLine {
  _row: number;
  ts: string | null;
  level: LogLevel;
  logger: string | null;
  message: string;
  task_id: string | null;
  source_file: string | null;
  source_line: number | null;
  extras: unknown;
}

export interface LogPage {
  items: LogLine[];
  total: number;
}

export async function getLogs(run: RunKey, place: LogPlace, page: number, limit: number): Promise<LogPage> {
  const body = await unwrap(
    client.GET("/api/v1/dags/{dag_id}/runs/{date}/{run_id}/phases/{phase}/logs", {
      params: {
        path: { ...pathOf(run), phase: place.phase },
        query: { ...placeOf(run), ...filterOf(place), page, limit },
      },
      headers: { accept: "application/json" },
    }),
  );
  // NDJSON comes only to those who ask for it.
  const { items, total } = body as Exclude<typeof body, string>;
  return { items: items as unknown as LogLine[], total };
}

export const logsPath = (run: RunKey, phase: string) =>
  `/api/v1/dags/${[run.dagId, "runs", run.date, run.runId, "phases", phase].map(encodeURIComponent).join("/")}/logs`;

/** All lines that match, as NDJSON. */
export async function downloadLogs(run: RunKey, place: LogPlace): Promise<Blob> {
  const { data } = await client
    .GET("/api/v1/dags/{dag_id}/runs/{date}/{run_id}/phases/{phase}/logs", {
      params: { path: { ...pathOf(run), phase: place.phase }, query: { ...placeOf(run), ...filterOf(place) } },
      headers: { accept: "application/x-ndjson" },
      parseAs: "blob",
    })
    .then((answer) => {
      if (!answer.response.ok) throw ProblemError.of(answer.response, answer.error);
      return answer as { data: Blob };
    });
  return data;
}

/** What a phase attempt left behind. */
export interface PhaseSummary {
  log_count: number;
  error_count: number;
  data_count: number;
}

export async function getPhase(run: RunKey, phase: string, attempt: number): Promise<PhaseSummary | null> {
  const { items } = await unwrap(
    client.GET("/api/v1/dags/{dag_id}/runs/{date}/{run_id}/phases/{phase}", {
      params: { path: { ...pathOf(run), phase }, query: { ...placeOf(run), attempt } },
    }),
  );
  return (items[0] as unknown as PhaseSummary | undefined) ?? null;
}

export interface ErrorRecord {
  _row: number;
  ts: string | null;
  task_id: string | null;
  /** The same for the same error, whatever numbers and names stand in it. */
  signature: string | null;
  error_type: string | null;
  error_title: string | null;
  error_detail: string | null;
  traceback: string | null;
  log_row: number | null;
}

export interface ErrorPage {
  items: ErrorRecord[];
  total: number;
}

/** The first hundred error records of an attempt; `log_row` is the line that carried each. */
export async function getErrors(run: RunKey, place: LogPlace): Promise<ErrorPage> {
  const body = await unwrap(
    client.GET("/api/v1/dags/{dag_id}/runs/{date}/{run_id}/phases/{phase}/errors", {
      params: {
        path: { ...pathOf(run), phase: place.phase },
        query: { ...placeOf(run), attempt: place.attempt, limit: 100 },
      },
    }),
  );
  return { items: body.items as unknown as ErrorRecord[], total: body.total };
}

export interface DataPage {
  columns: { name: string; type: string }[];
  items: Record<string, unknown>[];
  total: number;
}

export interface DataPlace {
  phase: string;
  attempt: number;
  keyword?: string | undefined;
}

/** Rows as the task wrote them, with the types of their columns. */
export async function getData(run: RunKey, place: DataPlace, page: number, limit: number): Promise<DataPage> {
  const { columns, items, total } = await unwrap(
    client.GET("/api/v1/dags/{dag_id}/runs/{date}/{run_id}/phases/{phase}/data", {
      params: {
        path: { ...pathOf(run), phase: place.phase },
        query: {
          ...placeOf(run),
          attempt: place.attempt,
          page,
          limit,
          ...(place.keyword && { keyword: place.keyword }),
        },
      },
    }),
  );
  return { columns, items: items as Record<string, unknown>[], total };
}

export const createSession = (body: { key: string } | { email: string; password: string }) =>
  unwrap(client.POST("/auth/session", { body }));

/** Ends the session; that there was none is no fault. */
export async function signOut(): Promise<void> {
  const { response, error } = await client.POST("/auth/logout");
  if (!response.ok && response.status !== 401) throw ProblemError.of(response, error);
}

/** Where diagnoses of a deployment live. */
export interface DiagnosisPlace {
  organization: string;
  deployment: string;
}

const kDiagnoses =
  "/organizations/{organizationId}/observability/deployments/{deploymentId}/dag-failure-diagnosis/runs" as const;

export const eventsPath = ({ organization, deployment }: DiagnosisPlace, id: string) =>
  `${kDiagnoses.replace("{organizationId}", encodeURIComponent(organization)).replace("{deploymentId}", encodeURIComponent(deployment))}/${encodeURIComponent(id)}/events`;

export interface DiagnosisWish {
  /** Anew, whatever is cached. */
  force?: boolean;
  /** With every rule that fired. */
  explain?: boolean;
  /** With the words of a language model, where the server has one. */
  wording?: boolean;
}

/** Starts a diagnosis or joins the one that runs; its id. */
export async function requestDiagnosis(place: DiagnosisPlace, run: RunKey, query: DiagnosisWish): Promise<string> {
  const body = await unwrap(
    client.POST(kDiagnoses, {
      params: {
        path: { organizationId: place.organization, deploymentId: place.deployment },
        query,
      },
      body: { dagId: run.dagId, runId: run.runId },
    }),
  );
  return body.runId;
}

export type Verification = components["schemas"]["Verification"];

/** Reads every record that a diagnosis cites again and compares bytes. */
export const verifyDiagnosis = (place: DiagnosisPlace, id: string) =>
  unwrap(
    client.GET(`${kDiagnoses}/{diagnosisRunId}/verify`, {
      params: {
        path: { organizationId: place.organization, deploymentId: place.deployment, diagnosisRunId: id },
      },
    }),
  );
