/** Lines of one attempt, page by page, as the list scrolls over them. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import type { LogLine, LogPlace, RunKey } from "../api/client";
import { kLogPageLines, logPageQuery } from "../api/queries";
import { pagesOf } from "./log_window";
import { endOf, type Tail, tailLine } from "./tail";

export interface LogLines {
  /** Null until the first page is there. */
  total: number | null;
  error: unknown;
  retry: () => void;
  lineAt: (index: number) => LogLine | undefined;
  /** The line of this row, if it has been read. */
  find: (row: number) => LogLine | undefined;
  /** Tells which lines are on the screen. */
  show: (from: number, to: number) => void;
}

/** `index`: the line that is to be seen first; `tail`: what came in since, in a log that is not filtered. */
export function useLogLines(
  run: RunKey,
  place: LogPlace,
  index: number,
  moving: boolean,
  tail: Tail | null = null,
): LogLines {
  const firstPage = Math.floor(index / kLogPageLines);
  const first = useQuery(logPageQuery(run, place, firstPage, moving));
  const [range, setRange] = useState<{ from: number; to: number }>({ from: 0, to: -1 });
  const pages = pagesOf(range.from, range.to, kLogPageLines).filter((page) => page !== firstPage);
  const others = useQueries({ queries: pages.map((page) => logPageQuery(run, place, page, moving)) });

  const lines = new Map<number, LogLine[]>();
  if (first.data) lines.set(firstPage, first.data.items);
  pages.forEach((page, at) => {
    const data = others[at]?.data;
    if (data) lines.set(page, data.items);
  });
  const failed = [first, ...others].find((query) => query.isError);
  const show = useCallback((from: number, to: number) => {
    setRange((now) => (now.from === from && now.to === to ? now : { from, to }));
  }, []);
  return {
    total: first.data ? Math.max(first.data.total, tail ? endOf(tail) : 0) : null,
    error: failed?.error ?? null,
    retry: () => void failed?.refetch(),
    lineAt: (at) =>
      lines.get(Math.floor(at / kLogPageLines))?.[at % kLogPageLines] ?? (tail ? tailLine(tail, at) : undefined),
    find: (row) =>
      [...lines.values()].flat().find((line) => line._row === row) ?? (tail ? tailLine(tail, row) : undefined),
    show,
  };
}
