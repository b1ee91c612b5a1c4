import { expect, test } from "vitest";
import type { TimelineRun } from "../api/history";
import { makeDays } from "./days";
import { versionChanges } from "./versions";

const day = (date: string, success: number, failed: number) => ({
  date,
  success,
  failed,
  cancelled: 0,
  running: 0,
  duration_p50: success > 0 ? 12 : null,
});

test("days are stacked up to the fullest one; a day without runs says so", () => {
  const [full, none, half] = makeDays([day("2026-11-01", 3, 1), day("2026-11-02", 0, 0), day("2026-11-03", 0, 2)]);
  expect(full?.parts).toEqual([
    { part: "success", from: 0, share: 0.75 },
    { part: "failed", from: 0.75, share: 0.25 },
  ]);
  expect(full?.label).toBe("2026-11-01: 3 succeeded, 1 failed, median 12 s");
  expect(none).toEqual({ date: "2026-11-02", parts: [], label: "2026-11-02: no run" });
  expect(half?.parts).toEqual([{ part: "failed", from: 0, share: 0.5 }]);
});

test("no runs at all divide by nothing", () => {
  expect(makeDays([day("2026-11-01", 0, 0)])[0]?.parts).toEqual([]);
});

test("a version change stands at the first run of the new one", () => {
  const run = (dag_version: string, started_at: string | null) => ({ dag_version, started_at }) as TimelineRun;
  expect(versionChanges([run("1", "a"), run("1", "b"), run("2", "c"), run("", "d"), run("2", "e")])).toEqual([
    { ts: "c", kind: "dag_version", resource: "1 → 2" },
  ]);
  expect(versionChanges([])).toEqual([]);
});
