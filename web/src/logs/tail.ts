/** Lines that came in while one watched: the end of the log, as far as it is kept. Pure. */
import type { LogLine } from "../api/client";

export interface Tail {
  /** Row of the first line that is kept. */
  first: number;
  lines: LogLine[];
}

/** Older lines are read from the server again when they are scrolled to. */
export const kTailLinesMax = 20_000;

export const emptyTail = (first: number): Tail => ({ first, lines: [] });
export const endOf = (tail: Tail) => tail.first + tail.lines.length;
export const tailLine = (tail: Tail, row: number): LogLine | undefined => tail.lines[row - tail.first];

/** Rows come in order; one that is known already is left out, and a gap drops what was before it. */
export function grow(tail: Tail, lines: LogLine[]): Tail {
  let { first } = tail;
  let kept = tail.lines.slice();
  for (const line of lines) {
    const end = first + kept.length;
    if (line._row < end) continue;
    if (line._row > end) {
      first = line._row;
      kept = [];
    }
    kept.push(line);
  }
  const over = kept.length - kTailLinesMax;
  return over > 0 ? { first: first + over, lines: kept.slice(over) } : { first, lines: kept };
}
