/** Attempts on a time axis. Pure: shares of the width, 0 to 1. */
import type { TaskAttempt } from "../api/client";
import type { TaskView } from "../graph/task_view";
import { baseTask } from "../graph/task_view";

export interface GanttBar {
  attempt: TaskAttempt;
  /** Null where it never started. */
  bar: { left: number; width: number } | null;
}

export interface Gantt {
  rows: GanttBar[];
  /** Seconds from the left edge. */
  ticks: { at: number; seconds: number }[];
  startsAt: string | null;
  seconds: number;
}

const kStepsSeconds = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400,
];
const kTicksMax = 6;

/** Sources give these a time, that of the decision. */
const kNeverRan = new Set(["UPSTREAM_FAILED", "SKIPPED", "QUEUED"]);

const timeOf = (text: string | null | undefined) => (text ? new Date(text).getTime() : Number.NaN);

/** `now` ends the bars of attempts that still run. */
export function makeGantt(attempts: TaskAttempt[], now: number): Gantt {
  const ran = attempts.filter((each) => !kNeverRan.has(each.state));
  const starts = ran.map((each) => timeOf(each.started_at)).filter(Number.isFinite);
  const ends = ran.map((each) => endOf(each, now)).filter(Number.isFinite);
  const from = starts.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const to = ends.reduce((a, b) => Math.max(a, b), from);
  const span = Math.max(to - from, 1);
  const rows = attempts.map((attempt) => {
    const start = timeOf(attempt.started_at);
    const end = endOf(attempt, now);
    if (!Number.isFinite(start) || kNeverRan.has(attempt.state)) return { attempt, bar: null };
    return {
      attempt,
      bar: { left: (start - from) / span, width: Math.max(0, (Number.isFinite(end) ? end : start) - start) / span },
    };
  });
  const known = Number.isFinite(from);
  return {
    rows,
    ticks: known ? ticksOf(span / 1000) : [],
    startsAt: known ? new Date(from).toISOString() : null,
    seconds: known ? span / 1000 : 0,
  };
}

function endOf(attempt: TaskAttempt, now: number): number {
  if (attempt.state === "RUNNING") return now;
  return timeOf(attempt.ended_at);
}

function ticksOf(seconds: number): Gantt["ticks"] {
  const step =
    kStepsSeconds.find((each) => seconds / each <= kTicksMax) ?? Math.ceil(seconds / kTicksMax / 86_400) * 86_400;
  const ticks = [];
  for (let at = 0; at <= seconds; at += step) ticks.push({ at: at / seconds, seconds: at });
  return ticks;
}

/** What failed first, then what started first; attempts of one task in order. */
export function orderAttempts(attempts: TaskAttempt[], tasks: TaskView[]): TaskAttempt[] {
  const rank = new Map(tasks.map((task) => [task.id, rankOf(task)]));
  const firstStart = new Map<string, number>();
  for (const each of attempts) {
    const start = timeOf(each.started_at);
    const known = firstStart.get(each.task_id) ?? Number.POSITIVE_INFINITY;
    if (start < known) firstStart.set(each.task_id, start);
  }
  const startOf = (each: TaskAttempt) => firstStart.get(each.task_id) ?? Number.MAX_SAFE_INTEGER;
  return [...attempts].sort(
    (a, b) =>
      (rank.get(baseTask(a)) ?? 9) - (rank.get(baseTask(b)) ?? 9) ||
      startOf(a) - startOf(b) ||
      a.task_id.localeCompare(b.task_id) ||
      a.attempt - b.attempt,
  );
}

function rankOf(task: TaskView): number {
  if (task.role === "root_cause") return 0;
  if (task.role === "independent") return 1;
  if (task.state === "FAILED" || task.state === "TIMED_OUT") return 2;
  if (task.role === "recovered") return 3;
  if (task.role === "victim") return 4;
  return 5;
}
