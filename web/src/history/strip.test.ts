import { expect, test } from "vitest";
import type { TimelineRun } from "../api/history";
import { makeStrip, stepTo } from "./strip";

const kNow = Date.parse("2026-11-20T12:00:00Z");
const run = (day: number, state: TimelineRun["state"], seconds: number | null): TimelineRun => ({
  run_id: `r${day}`,
  date: `2026-11-${day}`,
  state,
  started_at: `2026-11-${day}T02:00:00Z`,
  ended_at: null,
  duration_seconds: seconds,
  cause: state === "FAILED" ? "DATA_PARSE_ERROR" : null,
  root_task_id: null,
  diagnosis_run_id: null,
  dag_version: "1",
  attempts: [],
});
const kRuns = [run(17, "SUCCEEDED", 10), run(18, "SUCCEEDED", 20), run(19, "FAILED", 5), run(20, "RUNNING", null)];

test("bars are as high as runs are long; one that goes on has the length it has reached and flattens no other", () => {
  const { bars } = makeStrip(kRuns, "r19", null, Date.parse("2026-11-20T02:00:40Z"));
  expect(bars.map((bar) => bar.height)).toEqual([0.5, 1, 0.25, 1]);
  expect(bars.map((bar) => bar.current)).toEqual([false, false, true, false]);
  expect(bars[2]?.label).toBe("Failed, 2026-11-19 02:00:00 UTC, 5 s, DATA_PARSE_ERROR, the run of this page");
  expect(bars[3]?.label).toContain("runs for 40 s");
});

test("a run that goes on alone is its own measure", () => {
  expect(makeStrip([run(20, "RUNNING", null)], null, null, kNow).bars[0]?.height).toBe(1);
});

test("a run without times has no height, and the strip no marks without a first start", () => {
  const lost = { ...run(17, "CANCELLED", null), started_at: null };
  const strip = makeStrip([lost], "r17", { failure_onset_date: "2026-11-17T02:00:00Z" }, kNow);
  expect(strip.bars[0]?.height).toBeNull();
  expect(strip.marks).toEqual([]);
});

test("the onset stands before the first run that failed so, a change before the run that came after it", () => {
  const { marks } = makeStrip(
    kRuns,
    "r19",
    {
      failure_onset_date: "2026-11-19T02:00:00Z",
      change_signals: [
        { ts: "2026-11-18T22:00:00Z", kind: "dag_version", resource: "2", score: 0.9 },
        { ts: "2026-11-21T00:00:00Z", kind: "variable", resource: "later" },
        { ts: "2026-11-01T00:00:00Z", kind: "pool", resource: "long ago" },
      ],
    },
    kNow,
  );
  expect(marks).toEqual([
    {
      before: 2,
      kinds: ["onset", "change"],
      texts: [
        "Fails since 2026-11-19 02:00:00 UTC",
        "2026-11-18 22:00:00 UTC: dag version 2 changed, 90 % to do with it",
      ],
    },
    { before: 4, kinds: ["change"], texts: ["2026-11-21 00:00:00 UTC: variable later changed"] },
  ]);
});

test("microseconds do not move an onset behind its run", () => {
  const runs = [run(18, "SUCCEEDED", 1), { ...run(19, "FAILED", 1), started_at: "2026-11-19T02:00:00.839524Z" }];
  const { marks } = makeStrip(runs, null, { failure_onset_date: "2026-11-19T02:00:00.839524Z" }, kNow);
  expect(marks[0]?.before).toBe(1);
});

test("keys stay among the bars", () => {
  expect(stepTo("ArrowLeft", 0, 3)).toBe(0);
  expect(stepTo("ArrowRight", 1, 3)).toBe(2);
  expect(stepTo("ArrowRight", 2, 3)).toBe(2);
  expect(stepTo("Home", 2, 3)).toBe(0);
  expect(stepTo("End", 0, 3)).toBe(2);
  expect(stepTo("x", 0, 3)).toBeNull();
});
