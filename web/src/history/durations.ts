/** Durations of runs, or of one task in them, as a chart. Pure: shares of width and height, 0 to 1, the top is 0. */
import type { TimelineRun } from "../api/history";
import { secondsBetween } from "../text/time";

export interface ChartPoint {
  run: TimelineRun;
  seconds: number;
  x: number;
  y: number;
  good: boolean;
  current: boolean;
}

export interface DurationChart {
  points: ChartPoint[];
  /** Seconds at heights. */
  ticks: { y: number; seconds: number }[];
  /** Of the good runs, nearest rank; empty for fewer than three. */
  percentiles: { name: string; seconds: number; y: number }[];
  /** Where durations or failures changed for good, by the diagnosis' test. */
  change: { x: number; at: string } | null;
}

const kSteps = [1, 2, 5];
/** Above a minute steps are what a clock shows. */
const kClockSteps = [15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];
const kTicksMax = 4;
const kGoodRunsMin = 3;

/** Nearest rank: the smallest value that at least this share of all does not exceed. */
export function percentile(sorted: number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** Of a task: its longest attempt in the run. */
export function secondsIn(run: TimelineRun, task: string | null): number | null {
  if (task === null) return run.duration_seconds;
  const known = run.attempts
    .filter((each) => each.task_id === task)
    .map((each) => secondsBetween(each.started_at, each.ended_at))
    .filter((each) => each !== null);
  return known.length > 0 ? known.reduce((a, b) => Math.max(a, b)) : null;
}

const isGood = (run: TimelineRun, task: string | null) =>
  task === null
    ? run.state === "SUCCEEDED"
    : run.attempts.some((each) => each.task_id === task && each.state === "SUCCEEDED");

export function makeChart(
  runs: TimelineRun[],
  task: string | null,
  current: string | null,
  changePoint?: string,
): DurationChart {
  const xOf = (index: number) => (runs.length < 2 ? 0.5 : index / (runs.length - 1));
  const known = runs.flatMap((run, index) => {
    const seconds = secondsIn(run, task);
    return seconds === null ? [] : [{ run, seconds, x: xOf(index) }];
  });
  const longest = known.reduce((most, each) => Math.max(most, each.seconds), 0);
  const ticks = ticksTo(longest);
  const top = ticks.at(-1) ?? 1;
  const yOf = (seconds: number) => 1 - seconds / top;
  const points = known.map((each) => ({
    ...each,
    y: yOf(each.seconds),
    good: isGood(each.run, task),
    current: each.run.run_id === current,
  }));
  const good = points
    .filter((point) => point.good)
    .map((point) => point.seconds)
    .sort((a, b) => a - b);
  const percentiles =
    good.length < kGoodRunsMin
      ? []
      : [
          { name: "p50", share: 0.5 },
          { name: "p95", share: 0.95 },
        ].map(({ name, share }) => {
          const seconds = percentile(good, share);
          return { name, seconds, y: yOf(seconds) };
        });
  return {
    points,
    ticks: ticks.map((seconds) => ({ y: yOf(seconds), seconds })),
    percentiles,
    change: changeAt(runs, xOf, changePoint),
  };
}

/** Between the last run before it and the first one after it. */
function changeAt(
  runs: TimelineRun[],
  xOf: (index: number) => number,
  at: string | undefined,
): DurationChart["change"] {
  if (!at) return null;
  const time = new Date(at).getTime();
  const index = runs.findIndex((run) => run.started_at !== null && new Date(run.started_at).getTime() >= time);
  if (index < 1) return null;
  return { x: (xOf(index - 1) + xOf(index)) / 2, at };
}

/** 0 and up to four round values above it, the last at or over `longest`. */
function ticksTo(longest: number): number[] {
  if (longest <= 0) return [0, 1];
  const step = stepOf(longest / kTicksMax);
  const ticks = [0];
  // Multiples, not sums: sums of tenths drift.
  for (let i = 1; ticks.length === 1 || (ticks.at(-1) ?? 0) < longest; i++)
    ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

function stepOf(rough: number): number {
  const clock = rough > 10 ? kClockSteps.find((each) => each >= rough) : undefined;
  if (clock !== undefined) return clock;
  const power = 10 ** Math.floor(Math.log10(rough));
  return (kSteps.find((each) => each * power >= rough) ?? 10) * power;
}

/** Tasks of these runs, those of the newest first in their order. */
export function tasksOf(runs: TimelineRun[]): string[] {
  return [...new Set([...runs].reverse().flatMap((run) => run.attempts.map((each) => each.task_id)))];
}
