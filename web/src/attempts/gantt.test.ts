import { expect, test } from "vitest";
import type { TaskAttempt } from "../api/client";
import { makeGantt, orderAttempts } from "./gantt";

const at = (second: number) => new Date(Date.UTC(2026, 10, 19) + second * 1000).toISOString();
const attempt = (
  task_id: string,
  number: number,
  from: number | null,
  to: number | null,
  state = "SUCCEEDED",
): TaskAttempt => ({
  task_id,
  attempt: number,
  state,
  phase: task_id,
  started_at: from === null ? null : at(from),
  ended_at: to === null ? null : at(to),
});

test("bars share the span of all attempts", () => {
  const gantt = makeGantt([attempt("a", 1, 0, 10), attempt("b", 1, 10, 40), attempt("c", 1, null, null)], 0);
  expect(gantt.rows.map((row) => row.bar)).toEqual([{ left: 0, width: 0.25 }, { left: 0.25, width: 0.75 }, null]);
  expect(gantt.seconds).toBe(40);
  expect(gantt.ticks.map((tick) => tick.seconds)).toEqual([0, 10, 20, 30, 40]);
});

test("the time at which a task was given up is no bar and widens nothing", () => {
  const gantt = makeGantt([attempt("a", 1, 0, 10), attempt("b", 1, 90, 90, "UPSTREAM_FAILED")], 0);
  expect(gantt.rows.map((row) => row.bar)).toEqual([{ left: 0, width: 1 }, null]);
});

test("what runs is drawn until now", () => {
  const gantt = makeGantt([attempt("a", 1, 0, null, "RUNNING")], Date.parse(at(8)));
  expect(gantt.rows[0]?.bar).toEqual({ left: 0, width: 1 });
});

test("nothing started, an end before its start, no time at all", () => {
  expect(makeGantt([attempt("a", 1, null, null)], 0)).toMatchObject({ ticks: [], startsAt: null, seconds: 0 });
  expect(makeGantt([attempt("a", 1, 5, 2)], 0).rows[0]?.bar).toMatchObject({ left: 0, width: 0 });
  expect(makeGantt([], 0).rows).toEqual([]);
});

test("what failed comes first, then by start; attempts of a task stay together", () => {
  const view = (id: string, role: "root_cause" | "victim" | null, state: string) => ({
    id,
    role,
    state,
    operator: "",
    attempts: 1,
    maxAttempts: 1,
    instances: 0,
    failedInstances: 0,
    last: null,
  });
  const attempts = [
    attempt("late", 1, 5, 6),
    attempt("early", 1, 0, 1),
    attempt("bad", 2, 4, 5, "FAILED"),
    attempt("bad", 1, 2, 3, "FAILED"),
    attempt("waits", 1, null, null),
  ];
  const tasks = [
    view("late", null, "SUCCEEDED"),
    view("early", null, "SUCCEEDED"),
    view("bad", "root_cause", "FAILED"),
    view("waits", "victim", "UPSTREAM_FAILED"),
  ];
  expect(orderAttempts(attempts, tasks).map((each) => `${each.task_id} ${each.attempt}`)).toEqual([
    "bad 1",
    "bad 2",
    "waits 1",
    "early 1",
    "late 1",
  ]);
});
