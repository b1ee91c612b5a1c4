import { expect, test } from "vitest";
import type { TimelineAttempt, TimelineRun } from "../api/history";
import { makeChart, percentile, secondsIn, tasksOf } from "./durations";

const attempt = (
  task_id: string,
  from: number,
  to: number,
  state: TimelineAttempt["state"] = "SUCCEEDED",
): TimelineAttempt => ({
  task_id,
  map_index: -1,
  attempt: 1,
  state,
  started_at: `2026-11-10T00:00:${String(from).padStart(2, "0")}Z`,
  ended_at: `2026-11-10T00:00:${String(to).padStart(2, "0")}Z`,
});
const run = (day: number, seconds: number | null, attempts: TimelineAttempt[] = []): TimelineRun => ({
  run_id: `r${day}`,
  date: `2026-11-${day}`,
  state: seconds === 99 ? "FAILED" : "SUCCEEDED",
  started_at: `2026-11-${day}T02:00:00Z`,
  ended_at: null,
  duration_seconds: seconds,
  cause: null,
  root_task_id: null,
  diagnosis_run_id: null,
  dag_version: "1",
  attempts,
});

test("nearest rank", () => {
  expect(percentile([1, 2, 3, 4], 0.5)).toBe(2);
  expect(percentile([1, 2, 3, 4], 0.95)).toBe(4);
  expect(percentile([7], 0.5)).toBe(7);
});

test("points keep the place of their run, also behind one without a duration", () => {
  const chart = makeChart([run(10, 10), run(11, null), run(12, 30)], null, "r12");
  expect(chart.points.map((point) => [point.x, point.seconds, point.current])).toEqual([
    [0, 10, false],
    [1, 30, true],
  ]);
  expect(chart.ticks.map((tick) => tick.seconds)).toEqual([0, 10, 20, 30]);
  expect(chart.points.map((point) => Number(point.y.toFixed(3)))).toEqual([0.667, 0]);
});

test("percentiles are those of the good runs, and need three", () => {
  const runs = [run(10, 10), run(11, 20), run(12, 30), run(13, 99)];
  expect(makeChart(runs, null, null).percentiles.map(({ name, seconds }) => [name, seconds])).toEqual([
    ["p50", 20],
    ["p95", 30],
  ]);
  expect(makeChart(runs.slice(0, 2), null, null).percentiles).toEqual([]);
});

test("the change point stands between two runs; one before all of them is not shown", () => {
  const runs = [run(10, 1), run(11, 1), run(12, 9)];
  expect(makeChart(runs, null, null, "2026-11-12T02:00:00Z").change?.x).toBe(0.75);
  expect(makeChart(runs, null, null, "2026-11-01T00:00:00Z").change).toBeNull();
  expect(makeChart(runs, null, null).change).toBeNull();
});

test("a task's seconds are those of its longest attempt", () => {
  const one = run(10, 50, [attempt("a", 0, 5), attempt("a", 6, 20, "FAILED"), attempt("b", 0, 1)]);
  expect(secondsIn(one, "a")).toBe(14);
  expect(secondsIn(one, "gone")).toBeNull();
  expect(tasksOf([one])).toEqual(["a", "b"]);
  expect(makeChart([one], "a", null).points[0]).toMatchObject({ x: 0.5, good: true });
});

test("tiny and no durations have a scale", () => {
  expect(makeChart([], null, null).ticks.map((tick) => tick.seconds)).toEqual([0, 1]);
  expect(makeChart([run(10, 0.3)], null, null).ticks.map((tick) => tick.seconds)).toEqual([0, 0.1, 0.2, 0.3]);
});

test("long durations have the steps of a clock", () => {
  const ticks = (seconds: number) => makeChart([run(10, seconds)], null, null).ticks.map((tick) => tick.seconds);
  expect(ticks(389)).toEqual([0, 120, 240, 360, 480]);
  expect(ticks(50)).toEqual([0, 15, 30, 45, 60]);
  expect(ticks(9000)).toEqual([0, 3600, 7200, 10_800]);
});
