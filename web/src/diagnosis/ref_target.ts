/** Where a reference leads: log lines and errors to the log, everything else to the list of sources on the page. Pure. */
import type { RunKey, TaskAttempt } from "../api/client";
import type { EvidenceRef } from "../api/diagnosis";

export type RefTarget =
  | { kind: "log"; phase: string; attempt: number; row: number | undefined }
  | { kind: "other_run"; dag: string; run: string; phase: string; attempt: number; row: number | undefined }
  | { kind: "source"; anchor: string };

export const anchorOf = (ref: string) => `source-${ref}`;

/** The row of an error is that of the log line which carried it. */
export function targetOf(ref: EvidenceRef, run: RunKey, attempts: TaskAttempt[]): RefTarget {
  const { kind, task_id, attempt = 1, row } = ref;
  if ((kind !== "log" && kind !== "error") || task_id === undefined) {
    return { kind: "source", anchor: anchorOf(ref.ref) };
  }
  const dag = ref.dag_id ?? run.dagId;
  const runId = ref.run_id ?? run.runId;
  if (dag !== run.dagId || runId !== run.runId) {
    return { kind: "other_run", dag, run: runId, phase: task_id, attempt, row };
  }
  // A task that names a phase keeps its records there.
  const phase = attempts.find((each) => each.task_id === task_id)?.phase ?? task_id;
  return { kind: "log", phase, attempt, row };
}
