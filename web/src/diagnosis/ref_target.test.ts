import { expect, test } from "vitest";
import type { EvidenceRef } from "../api/diagnosis";
import { targetOf } from "./ref_target";

const run = { dagId: "d", date: "2026-11-19", runId: "r" };
const attempts = [{ task_id: "t", attempt: 2, state: "FAILED", phase: "load" }];
const ref = (more: Partial<EvidenceRef>): EvidenceRef => ({
  ref: "e1",
  kind: "log",
  text: "",
  task_id: "t",
  attempt: 2,
  row: 7,
  dag_id: "d",
  run_id: "r",
  ...more,
});

test("a log line leads to its row, in the phase that its task writes to", () => {
  expect(targetOf(ref({}), run, attempts)).toEqual({ kind: "log", phase: "load", attempt: 2, row: 7 });
  expect(targetOf(ref({ task_id: "u" }), run, attempts)).toEqual({ kind: "log", phase: "u", attempt: 2, row: 7 });
});

test("an error leads to the line that carried it, or to the log where none did", () => {
  expect(targetOf(ref({ kind: "error" }), run, attempts)).toEqual({ kind: "log", phase: "load", attempt: 2, row: 7 });
  const { row, ...rowless } = ref({ kind: "error" });
  expect(row).toBe(7);
  expect(targetOf(rowless, run, attempts)).toEqual({ kind: "log", phase: "load", attempt: 2, row: undefined });
});

test("a line of another run is looked up by names", () => {
  expect(targetOf(ref({ dag_id: "up", run_id: "q" }), run, attempts)).toEqual({
    kind: "other_run",
    dag: "up",
    run: "q",
    phase: "t",
    attempt: 2,
    row: 7,
  });
});

test("everything else is among the sources", () => {
  for (const kind of ["audit", "history", "code"] as const)
    expect(targetOf(ref({ kind }), run, attempts)).toEqual({ kind: "source", anchor: "source-e1" });
  expect(targetOf({ ref: "e2", kind: "log", text: "" }, run, attempts)).toEqual({
    kind: "source",
    anchor: "source-e2",
  });
});
