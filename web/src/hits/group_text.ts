/** A group of hits in words. Pure. */
import type { HitGroup } from "../api/search_stream";
import { sayCount } from "../text/states";
import { sayTime } from "../text/time";

const kDayMs = 86_400_000;
const kWeekDays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** `since 14:02 today`, `since Tuesday`, `since 2026-10-01`; times are UTC. */
export function saySince(time: string | null, now: number): string {
  const at = time === null ? Number.NaN : new Date(time).getTime();
  if (!Number.isFinite(at)) return "";
  const text = sayTime(time);
  if (text.slice(0, 10) === new Date(now).toISOString().slice(0, 10)) return `since ${text.slice(11, 16)} today`;
  const age = now - at;
  if (age > 0 && age < 6 * kDayMs) return `since ${kWeekDays[new Date(at).getUTCDay()]}`;
  return `since ${text.slice(0, 10)}`;
}

const kNouns = { errors: "this error", logs: "this line", data: "this" };

/** `this error in 37 runs of 4 DAGs since Tuesday`. */
export function sayGroup(group: HitGroup, now: number): string {
  const { kind, runs, dags, hits, first_seen } = group;
  const times = hits > runs ? `${hits.toLocaleString("en-US")} times ` : "";
  const where = `in ${sayCount(runs, "run")} of ${sayCount(dags, "DAG")}`;
  return [`${kNouns[kind] ?? "this"} ${times}${where}`, saySince(first_seen, now)].filter(Boolean).join(" ");
}
