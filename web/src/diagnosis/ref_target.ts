/** Where a reference leads: log lines and errors to the log, everything else to the list of sources on the page. Pure. */
import type { RunKey, TaskAttempt } from "../api/client";
import type { EvidenceRef } from "../api/diagnosis";

export type RefTarget =
  | { kind: "log"; phase: string; attempt: number; row?: number; error?: number }
  | { kind: "other_run"; dag: string; run: string; phase: string; attempt: number; row?: number; error?: number }
  | { kind: "source"; anchor: string };

export const anchorOf = (ref: string) => `source-${ref}`;

export function targetOf(ref: EvidenceRef, run: RunKey, attempts: TaskAttempt[]): RefTarget {
  const { kind, task_id, attempt = 1, row } = ref;
  if ((kind !== "log" && kind !== "error") || task_id === undefined || row === undefined) {
    return { kind: "source", anchor: anchorOf(ref.ref) };
  }
  const line = kind === "log" ? { row } : { error: row };
  const elsewhere = (ref.dag_id ?? run.dagId) !== run.dagId || (ref.run_id ?? run.runId) !== run.runId;
  if (elsewhere) {
    return {
      kind: "other_run",
      dag: ref.dag_id ?? run.dagId,
      run: ref.run_id ?? run.runId,
      phase: task_id,
      attempt,
      ...line,
    };
  }
  // A task that names a phase keeps its records there.
  const phase = attempts.find((each) => each.task_id === task_id)?.phase ?? task_id;
  return { kind: "log", phase, attempt, ...line };
}
