/** Rows of one phase attempt, page by page, as the grid scrolls over them. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import type { DataPage, DataPlace, RunKey } from "../api/client";
import { dataPageQuery, kDataPageRows } from "../api/queries";
import { pagesOf } from "../logs/log_window";

type Row = Record<string, unknown>;

export interface DataRows {
  /** Null until the first page is there. */
  first: DataPage | null;
  error: unknown;
  retry: () => void;
  rowAt: (index: number) => Row | undefined;
  /** Tells which rows are on the screen. */
  show: (from: number, to: number) => void;
}

/** `index`: the row that is to be seen first. */
export function useDataRows(run: RunKey, place: DataPlace, index: number): DataRows {
  const firstPage = Math.floor(index / kDataPageRows);
  const first = useQuery(dataPageQuery(run, place, firstPage));
  const [range, setRange] = useState<{ from: number; to: number }>({ from: 0, to: -1 });
  const pages = pagesOf(range.from, range.to, kDataPageRows).filter((page) => page !== firstPage);
  const others = useQueries({ queries: pages.map((page) => dataPageQuery(run, place, page)) });
  const rows = new Map<number, Row[]>();
  if (first.data) rows.set(firstPage, first.data.items);
  pages.forEach((page, at) => {
    const data = others[at]?.data;
    if (data) rows.set(page, data.items);
  });
  const failed = [first, ...others].find((query) => query.isError);
  const show = useCallback((from: number, to: number) => {
    setRange((now) => (now.from === from && now.to === to ? now : { from, to }));
  }, []);
  return {
    first: first.data ?? null,
    error: failed?.error ?? null,
    retry: () => void failed?.refetch(),
    rowAt: (at) => rows.get(Math.floor(at / kDataPageRows))?.[at % kDataPageRows],
    show,
  };
}
