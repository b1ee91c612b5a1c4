/** Which lines of a long log the list holds, and which pages they need. Pure. */

/** A browser cannot make an element much higher than 30 million pixels: longer logs are shown a window at a time. */
export const kWindowLines = 500_000;

export interface LogWindow {
  /** Index of the first line. */
  first: number;
  count: number;
}

/** The window that holds `index`. */
export function windowAt(index: number, total: number): LogWindow {
  const inside = Math.min(Math.max(0, index), Math.max(0, total - 1));
  const first = Math.floor(inside / kWindowLines) * kWindowLines;
  return { first, count: Math.max(0, Math.min(kWindowLines, total - first)) };
}

/** Pages of `size` lines that the lines [from, to] of the log lie on. */
export function pagesOf(from: number, to: number, size: number): number[] {
  if (to < from) return [];
  const pages = [];
  for (let page = Math.floor(from / size); page <= Math.floor(to / size); page++) pages.push(page);
  return pages;
}
