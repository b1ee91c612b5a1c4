/** The one place that talks to the server. Types come from /openapi.json (`npm run types`), so a drift is a compile error. */
import createClient from "openapi-fetch";
import { ProblemError } from "./problem";
import type { paths } from "./schema";

export const client = createClient<paths>({ baseUrl: "/" });

/** The data of a good answer; throws ProblemError otherwise, also where there is no server to ask (status 0). */
export async function unwrap<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let answer: Awaited<typeof call>;
  try {
    answer = await call;
  } catch {
    throw ProblemError.unreachable();
  }
  if (answer.data !== undefined && answer.response.ok) return answer.data;
  throw ProblemError.of(answer.response, answer.error);
}

type Query = Record<string, string | number | undefined>;

export function withQuery(path: string, query: Query): string {
  const kept = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(kept.map(([name, value]) => [name, String(value)])).toString();
  return text === "" ? path : `${path}?${text}`;
}

/** Throws ProblemError unless the answer is good, also where there is no server to ask. */
export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw ProblemError.unreachable();
  }
  if (response.ok) return response;
  throw ProblemError.of(response, await response.json().catch(() => null));
}
