/** Times and durations in words. Absolute times are UTC, as in the records. */

/** `0.4 s`, `7 s`, `3 min 12 s`, `2 h 5 min`, `3 d 4 h`; a dash where there is none. */
export function sayDuration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds) || seconds < 0) return "–";
  if (seconds < 0.0995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.95) return `${(Math.round(seconds * 10) / 10).toString()} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return pair(Math.floor(whole / 60), "min", whole % 60, "s");
  if (whole < 86_400) return pair(Math.floor(whole / 3600), "h", Math.floor((whole % 3600) / 60), "min");
  return pair(Math.floor(whole / 86_400), "d", Math.floor((whole % 86_400) / 3600), "h");
}

const pair = (big: number, bigUnit: string, small: number, smallUnit: string) =>
  small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;

/** `2026-11-19 02:00:07`; the text itself where it is no time. */
export function sayTime(time: string | null | undefined): string {
  if (!time) return "–";
  const parsed = new Date(time);
  return Number.isNaN(parsed.getTime()) ? time : parsed.toISOString().slice(0, 19).replace("T", " ");
}

/** `02:00:07.123`, for log lines. */
export function sayClock(time: string | null | undefined): string {
  if (!time) return "";
  const parsed = new Date(time);
  return Number.isNaN(parsed.getTime()) ? time : parsed.toISOString().slice(11, 23);
}

/** `just now`, `5 min ago`, `in 2 h`. */
export function sayAgo(time: string, now: number): string {
  const seconds = (now - new Date(time).getTime()) / 1000;
  if (!Number.isFinite(seconds)) return "";
  const far = Math.abs(seconds);
  if (far < 30) return "just now";
  const words =
    far < 3600
      ? `${Math.max(1, Math.round(far / 60))} min`
      : far < 86_400
        ? `${Math.round(far / 3600)} h`
        : `${Math.round(far / 86_400)} d`;
  return seconds > 0 ? `${words} ago` : `in ${words}`;
}

/** Seconds between two times, null unless both are there and in order. */
export function secondsBetween(from: string | null | undefined, to: string | null | undefined): number | null {
  if (!from || !to) return null;
  const seconds = (new Date(to).getTime() - new Date(from).getTime()) / 1000;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}
