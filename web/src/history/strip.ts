/** The last runs of a DAG as bars, and between them what changed and when it began to fail. Pure. */
import type { TimelineRun } from "../api/history";
import { stateMark } from "../text/states";
import { sayDuration, sayTime, secondsBetween } from "../text/time";

export interface StripBar {
  run: TimelineRun;
  /** Share of the duration of the longest run that has ended, 0 to 1; null where it is not known. */
  height: number | null;
  label: string;
  current: boolean;
}

export type MarkKind = "onset" | "change" | "change_point";

export interface StripMark {
  /** Index of the bar that it stands before; the count of bars: after the last. */
  before: number;
  kinds: MarkKind[];
  texts: string[];
}

/** What a diagnosis says of the time before; each member may be missing. */
export interface StripStory {
  failure_onset_date?: string | undefined;
  change_point_date?: string | undefined;
  change_signals?: { ts: string; kind: string; resource: string; score?: number | undefined }[] | undefined;
}

export interface Strip {
  bars: StripBar[];
  marks: StripMark[];
}

const timeOf = (text: string | null | undefined) => (text ? new Date(text).getTime() : Number.NaN);

/** How long a run took, or has taken so far. */
export const secondsOf = (run: TimelineRun, now: number): number | null =>
  run.duration_seconds ??
  (run.state === "RUNNING" ? secondsBetween(run.started_at, new Date(now).toISOString()) : null);

export function makeStrip(runs: TimelineRun[], current: string | null, story: StripStory | null, now: number): Strip {
  const seconds = runs.map((run) => secondsOf(run, now));
  // A run that has gone on for days would flatten all others: it fills its bar, and its label says how long.
  const ended = seconds.filter((_, i) => runs[i]?.state !== "RUNNING");
  const longest = (ended.some((each) => each) ? ended : seconds).reduce<number>(
    (most, each) => Math.max(most, each ?? 0),
    0,
  );
  const bars = runs.map((run, i) => {
    const took = seconds[i] ?? null;
    return {
      run,
      height: took === null || longest === 0 ? null : Math.min(1, took / longest),
      label: sayRun(run, took, run.run_id === current),
      current: run.run_id === current,
    };
  });
  return { bars, marks: story ? marksOf(runs, story) : [] };
}

function sayRun(run: TimelineRun, seconds: number | null, current: boolean): string {
  const words = [`${stateMark(run.state).word}, ${run.started_at ? `${sayTime(run.started_at)} UTC` : run.date}`];
  if (seconds !== null) words.push(run.state === "RUNNING" ? `runs for ${sayDuration(seconds)}` : sayDuration(seconds));
  if (run.cause) words.push(run.cause);
  if (current) words.push("the run of this page");
  return words.join(", ");
}

/** What happened at a time stands before the first run that began then or later. */
function placeOf(runs: TimelineRun[], at: number): number {
  const found = runs.findIndex((run) => timeOf(run.started_at) >= at);
  return found < 0 ? runs.length : found;
}

function marksOf(runs: TimelineRun[], story: StripStory): StripMark[] {
  const places = new Map<number, StripMark>();
  const put = (before: number, kind: MarkKind, text: string) => {
    const mark = places.get(before) ?? { before, kinds: [], texts: [] };
    if (!mark.kinds.includes(kind)) mark.kinds.push(kind);
    mark.texts.push(text);
    places.set(before, mark);
  };
  const start = runs.map((run) => timeOf(run.started_at)).find(Number.isFinite);
  if (start === undefined) return [];
  // Times come with microseconds, a Date holds milliseconds: both sides are cut alike.
  const onset = timeOf(story.failure_onset_date);
  if (onset >= start) put(placeOf(runs, onset), "onset", `Fails since ${sayTime(story.failure_onset_date)} UTC`);
  const turn = timeOf(story.change_point_date);
  if (turn >= start) put(placeOf(runs, turn), "change_point", `Change point ${sayTime(story.change_point_date)} UTC`);
  for (const change of story.change_signals ?? []) {
    const at = timeOf(change.ts);
    // What changed before the first of these runs is told with the changes, not here.
    if (!(at >= start)) continue;
    const sure = change.score === undefined ? "" : `, ${Math.round(change.score * 100)} % to do with it`;
    const kind = change.kind.replaceAll("_", " ");
    put(placeOf(runs, at), "change", `${sayTime(change.ts)} UTC: ${kind} ${change.resource} changed${sure}`);
  }
  return [...places.values()].sort((a, b) => a.before - b.before);
}

/** Where a key leads among `count` bars; null where it is none of ours. */
export function stepTo(key: string, at: number, count: number): number | null {
  const last = count - 1;
  if (key === "ArrowLeft") return Math.max(0, at - 1);
  if (key === "ArrowRight") return Math.min(last, at + 1);
  if (key === "Home") return 0;
  return key === "End" ? last : null;
}
