/** The search over all runs: events as they are found, one JSON object a line. */
import { ask, withQuery } from "./http";
import { LineCutter } from "./line_cutter";
import { ProblemError } from "./problem";
import type { components } from "./schema";

/** Its highlights are [start, end) in code points of the snippet. */
export type Hit = components["schemas"]["SearchHit"];
export type HitGroup = components["schemas"]["SearchGroup"];
export type SearchProgress = components["schemas"]["SearchProgress"];
export type SearchReason = NonNullable<components["schemas"]["SearchAnswer"]["reason"]>;

/** A run that could not be read; the others go on. */
export interface RunFailure {
  /** Empty where the search as a whole failed. */
  dag_id: string;
  run_id: string;
  problem: ProblemError;
}

export type SearchEvent =
  | ({ type: "progress" } & SearchProgress)
  | { type: "group"; group: HitGroup }
  | { type: "hit"; hit: Hit }
  | ({ type: "error" } & RunFailure)
  | { type: "failed"; problem: ProblemError }
  | { type: "end"; complete: boolean; reason: SearchReason | null; groups?: HitGroup[]; hint?: string };

export interface SearchWish {
  q: string;
  /** First date, inclusive; none: all that is recorded. */
  from?: string | undefined;
}

const kHitsMax = 200;
const kSearch = "/api/v1/search";

/** A line as an event; null for one of a kind that this page does not know. */
export function readEvent(line: string): SearchEvent | null {
  let event: { type?: string; status?: number; dag_id?: string; run_id?: string };
  try {
    event = JSON.parse(line);
  } catch {
    return {
      type: "failed",
      problem: new ProblemError(-1, "stream", "The answer held something that cannot be read."),
    };
  }
  if (event.type === "error") {
    const { dag_id = "", run_id = "", status = 500 } = event;
    return { type: "error", dag_id, run_id, problem: ProblemError.of({ status, headers: new Headers() }, event) };
  }
  const known = ["progress", "group", "hit", "end"];
  return known.includes(event.type ?? "") ? (event as SearchEvent) : null;
}

/** Calls `take` with what each piece of the stream held, until its end. Throws ProblemError, or what `signal` was aborted with. */
export async function searchAll(wish: SearchWish, signal: AbortSignal, take: (events: SearchEvent[]) => void) {
  const response = await ask(withQuery(kSearch, { q: wish.q, date_from: wish.from, limit: kHitsMax }), {
    headers: { accept: "application/x-ndjson" },
    signal,
  });
  const cutter = new LineCutter();
  const pieces = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const give = (lines: string[]) => {
    const events = lines.flatMap((line) => readEvent(line) ?? []);
    if (events.length > 0) take(events);
  };
  for (let piece = await pieces?.read(); piece && !piece.done; piece = await pieces?.read())
    give(cutter.push(piece.value));
  give(cutter.end());
}
