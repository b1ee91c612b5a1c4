/** Runs a day as stacked bars. Pure: shares of the height, 0 to 1, from the bottom. */
import type { DayOfDag } from "../api/history";
import { sayDuration } from "../text/time";

export type DayPart = "success" | "failed" | "cancelled" | "running";
const kParts: DayPart[] = ["success", "failed", "cancelled", "running"];

export interface DayBar {
  date: string;
  parts: { part: DayPart; from: number; share: number }[];
  label: string;
}

const kWords: Record<DayPart, string> = {
  success: "succeeded",
  failed: "failed",
  cancelled: "cancelled",
  running: "under way",
};

export function makeDays(days: DayOfDag[]): DayBar[] {
  const countOf = (day: DayOfDag) => kParts.reduce((sum, part) => sum + day[part], 0);
  const most = days.reduce((max, day) => Math.max(max, countOf(day)), 1);
  return days.map((day) => {
    let from = 0;
    const parts = kParts
      .filter((part) => day[part] > 0)
      .map((part) => {
        const share = day[part] / most;
        from += share;
        return { part, from: from - share, share };
      });
    const words = parts.map(({ part }) => `${day[part]} ${kWords[part]}`);
    if (day.duration_p50 !== null) words.push(`median ${sayDuration(day.duration_p50)}`);
    return { date: day.date, parts, label: `${day.date}: ${words.length > 0 ? words.join(", ") : "no run"}` };
  });
}
