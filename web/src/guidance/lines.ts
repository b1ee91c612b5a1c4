/** Lines of the rules' text and the faults on them. Pure. */
import type { Fault } from "../api/problem";

/** An empty text has one line, as an editor shows it. */
export const countLines = (text: string) => text.split("\n").length;

/** Where a line begins and ends in the text, without its line break; of the last one for lines beyond it. */
export function rangeOfLine(text: string, line: number): { from: number; to: number } {
  let from = 0;
  for (let at = 1; at < line; at++) {
    const next = text.indexOf("\n", from);
    if (next < 0) break;
    from = next + 1;
  }
  const end = text.indexOf("\n", from);
  return { from, to: end < 0 ? text.length : end };
}

/** In the order of their lines; those without one first. */
export const sortFaults = (faults: Fault[]) => [...faults].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));

export const faultyLines = (faults: Fault[]) => new Set(faults.flatMap((fault) => fault.line ?? []));
