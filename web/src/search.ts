/** What addresses may hold after the `?`. Whatever else or wrong stands there is left out. Pure. */
import type { LogLevel } from "./api/client";

type Raw = Record<string, unknown>;

const text = (raw: Raw, name: string): string | undefined => {
  const value = raw[name];
  return value === undefined || value === null || value === "" ? undefined : String(value);
};

const whole = (raw: Raw, name: string, least: number): number | undefined => {
  const value = text(raw, name);
  if (value === undefined || !/^\d{1,12}$/.test(value)) return undefined;
  return Number(value) < least ? undefined : Number(value);
};

export const kRunStates = ["FAILED", "RUNNING", "SUCCEEDED", "QUEUED", "CANCELLED"] as const;
export const kLevels = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] as const satisfies readonly LogLevel[];

export const kSearchDays = [1, 7, 30, 90] as const;

export interface StartSearch {
  /** What is searched for; none: the runs are shown. */
  q?: string | undefined;
  /** Of the runs of the last days. */
  days?: number | undefined;
  state?: string | undefined;
  dag?: string | undefined;
}

export function readStart(raw: Raw): StartSearch {
  const states = (text(raw, "state") ?? "")
    .split(",")
    .filter((each) => (kRunStates as readonly string[]).includes(each));
  const days = whole(raw, "days", 1);
  return {
    q: text(raw, "q")?.slice(0, 1000),
    days: kSearchDays.find((each) => each === days),
    state: states.length > 0 ? states.join(",") : undefined,
    dag: text(raw, "dag"),
  };
}

export interface RunSearch {
  deployment?: string | undefined;
  task?: string | undefined;
}
export const readRun = (raw: Raw): RunSearch => ({ deployment: text(raw, "deployment"), task: text(raw, "task") });

export const kDayRanges = [7, 30, 90, 366] as const;

export interface DagSearch {
  deployment?: string | undefined;
  days?: number | undefined;
}

export function readDag(raw: Raw): DagSearch {
  const days = whole(raw, "days", 1);
  return { deployment: text(raw, "deployment"), days: kDayRanges.find((each) => each === days) };
}

export interface LogsSearch {
  attempt?: number | undefined;
  row?: number | undefined;
  level?: LogLevel | undefined;
  keyword?: string | undefined;
  /** What is looked for among the lines, without leaving the others out. */
  find?: string | undefined;
  deployment?: string | undefined;
}

export function readLogs(raw: Raw): LogsSearch {
  const level = text(raw, "level")?.toUpperCase();
  return {
    attempt: whole(raw, "attempt", 1),
    row: whole(raw, "row", 0),
    level: kLevels.find((each) => each === level),
    keyword: text(raw, "keyword"),
    find: text(raw, "find"),
    deployment: text(raw, "deployment"),
  };
}

export interface ErrorsSearch {
  phase?: string | undefined;
  attempt?: number | undefined;
  row?: number | undefined;
  deployment?: string | undefined;
}

export const readErrors = (raw: Raw): ErrorsSearch => ({
  phase: text(raw, "phase"),
  attempt: whole(raw, "attempt", 1),
  row: whole(raw, "row", 0),
  deployment: text(raw, "deployment"),
});

export interface DataSearch {
  attempt?: number | undefined;
  row?: number | undefined;
  keyword?: string | undefined;
  deployment?: string | undefined;
}

export const readData = (raw: Raw): DataSearch => ({
  attempt: whole(raw, "attempt", 1),
  row: whole(raw, "row", 0),
  keyword: text(raw, "keyword"),
  deployment: text(raw, "deployment"),
});

export interface CompareSearch {
  left?: number | undefined;
  right?: number | undefined;
  deployment?: string | undefined;
}

export const readCompare = (raw: Raw): CompareSearch => ({
  left: whole(raw, "left", 1),
  right: whole(raw, "right", 1),
  deployment: text(raw, "deployment"),
});

export interface FindSearch {
  dag?: string | undefined;
  run?: string | undefined;
  phase?: string | undefined;
  attempt?: number | undefined;
  row?: number | undefined;
}

export const readFind = (raw: Raw): FindSearch => ({
  dag: text(raw, "dag"),
  run: text(raw, "run"),
  phase: text(raw, "phase"),
  attempt: whole(raw, "attempt", 1),
  row: whole(raw, "row", 0),
});

export interface NextSearch {
  next?: string | undefined;
}

/** Only addresses of this page: a link must not lead elsewhere after the sign-in. */
export function readNext(raw: Raw): NextSearch {
  const next = text(raw, "next");
  return { next: next && /^\/(?![/\\])/.test(next) && !next.startsWith("/sign-in") ? next : undefined };
}
