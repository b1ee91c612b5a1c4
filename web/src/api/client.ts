/** The one place that talks to the server. Types come from /openapi.json (`npm run types`), so a drift is a compile error. */
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

export type RunListItem = components["schemas"]["RunListItem"];
export type RunTasks = components["schemas"]["RunTasks"];
export type TaskAttempt = components["schemas"]["TaskAttempt"];
export type SearchRunResult = components["schemas"]["SearchRunResult"];
export type Me = components["schemas"]["Me"];

/** What went wrong, as the server's problem+json says it. */
export class ProblemError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId?: string,
  ) {
    super(message);
  }
}

const client = createClient<paths>({ baseUrl: "/" });

/** The data of a good answer; throws ProblemError otherwise, also where there is no server to ask (status 0). */
async function unwrap<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let answer: Awaited<typeof call>;
  try {
    answer = await call;
  } catch {
    throw new ProblemError(0, "unreachable", "The server does not answer. Is dagy serve still running?");
  }
  if (answer.data !== undefined && answer.response.ok) return answer.data;
  const problem = (answer.error ?? {}) as { code?: string; detail?: string; request_id?: string };
  throw new ProblemError(
    answer.response.status,
    problem.code ?? "unknown",
    problem.detail ?? `The server answered ${answer.response.status}.`,
    problem.request_id,
  );
}

export interface RunKey {
  dagId: string;
  date: string;
  runId: string;
}

const pathOf = (run: RunKey) => ({ dag_id: run.dagId, date: run.date, run_id: run.runId });

export const getMe = () => unwrap(client.GET("/api/v1/me"));

export const listRuns = (query: { state?: string; dag_id?: string; cursor?: string; limit?: number }) =>
  unwrap(client.GET("/api/v1/runs", { params: { query } }));

export const getRun = (run: RunKey) =>
  unwrap(client.GET("/api/v1/dags/{dag_id}/runs/{date}/{run_id}", { params: { path: pathOf(run) } }));

export const getTasks = (run: RunKey) =>
  unwrap(client.GET("/api/v1/dags/{dag_id}/runs/{date}/{run_id}/tasks", { params: { path: pathOf(run) } }));

export interface LogQuery {
  phase: string;
  attempt: number;
  page: number;
  limit: number;
  level?: string;
  keyword?: string;
}

export const getLogs = (run: RunKey, { phase, ...query }: LogQuery) =>
  unwrap(
    client.GET("/api/v1/dags/{dag_id}/runs/{date}/{run_id}/phases/{phase}/logs", {
      params: { path: { ...pathOf(run), phase }, query },
    }),
  );

export const createSession = (body: { key: string } | { email: string; password: string }) =>
  unwrap(client.POST("/auth/session", { body }));

export const signOut = () => client.POST("/auth/logout");

/** Where diagnoses of a deployment live. */
export const diagnosesPath = (organization: string, deployment: string) =>
  `/organizations/${encodeURIComponent(organization)}/observability/deployments/${encodeURIComponent(deployment)}/dag-failure-diagnosis/runs`;

/** Starts a diagnosis or joins the one that runs; its id. */
export async function requestDiagnosis(base: string, run: RunKey, anew: boolean): Promise<string> {
  const response = await fetch(anew ? `${base}?force=true` : base, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ dagId: run.dagId, runId: run.runId }),
  });
  const body = await response.json();
  if (!response.ok) throw new ProblemError(response.status, body.code, body.detail, body.request_id);
  return body.runId;
}
