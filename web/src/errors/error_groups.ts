/** Errors of a run by their signature: one failure that many attempts had is one. Pure. */
import type { ErrorRecord, TaskAttempt } from "../api/client";

export interface ErrorPlace {
  phase: string;
  attempt: number;
}

export interface PlacedError extends ErrorPlace {
  record: ErrorRecord;
}

export interface ErrorGroup {
  signature: string;
  type: string;
  title: string;
  errors: PlacedError[];
  first: string | null;
  last: string | null;
}

const kEnded = new Set(["SUCCEEDED", "SKIPPED", "UPSTREAM_FAILED", "QUEUED"]);

/** Attempts that may have errors: those that failed first, in the order of time; then those of which the phase counts some. */
export function placesOf(attempts: TaskAttempt[], counted: Map<string, number>): ErrorPlace[] {
  const known = new Map<string, ErrorPlace & { rank: number; at: string }>();
  for (const { phase, attempt, state, started_at } of attempts) {
    const rank = kEnded.has(state) ? 1 : 0;
    if (rank === 1 && !(counted.get(phase) ?? 0)) continue;
    const key = `${phase}\u001f${attempt}`;
    const before = known.get(key);
    if (!before || before.rank > rank) known.set(key, { phase, attempt, rank, at: started_at ?? "" });
  }
  return [...known.values()]
    .sort(
      (a, b) => a.rank - b.rank || a.at.localeCompare(b.at) || a.phase.localeCompare(b.phase) || a.attempt - b.attempt,
    )
    .map(({ phase, attempt }) => ({ phase, attempt }));
}

const keyOf = ({ signature, error_type, error_title }: ErrorRecord) =>
  signature || `${error_type ?? ""}\u001f${error_title ?? ""}`;

/** The most frequent first; of equals the one that came first. */
export function groupErrors(errors: PlacedError[]): ErrorGroup[] {
  const groups = new Map<string, ErrorGroup>();
  for (const error of errors) {
    const { record } = error;
    const key = keyOf(record);
    const group = groups.get(key) ?? {
      signature: key,
      type: record.error_type ?? "",
      title: record.error_title ?? record.error_detail ?? "",
      errors: [],
      first: null,
      last: null,
    };
    group.errors.push(error);
    if (record.ts) {
      if (group.first === null || record.ts < group.first) group.first = record.ts;
      if (group.last === null || record.ts > group.last) group.last = record.ts;
    }
    groups.set(key, group);
  }
  return [...groups.values()].sort(
    (a, b) => b.errors.length - a.errors.length || (a.first ?? "~").localeCompare(b.first ?? "~"),
  );
}
