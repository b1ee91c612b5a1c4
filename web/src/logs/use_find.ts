/** Jumps from hit to hit of a text that is looked for in the whole log. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { LogPlace, RunKey } from "../api/client";
import { kLogPageLines, logPageQuery } from "../api/queries";
import { type FoundHit, nextHit } from "./find_hits";

export interface Find {
  /** `3 of 17`, `not found`, or what went wrong; empty before anything was asked. */
  said: string;
  busy: boolean;
  jump: (text: string, backwards: boolean) => void;
  /** To the next line of level ERROR. */
  jumpToError: (backwards: boolean) => void;
}

const sayHit = ({ index, total }: FoundHit, level: string | undefined) =>
  `${level ? "error " : ""}${(index + 1).toLocaleString("en-US")} of ${total.toLocaleString("en-US")}`;

export function useFind(
  run: RunKey,
  { phase, attempt }: LogPlace,
  row: number | null,
  moving: boolean,
  go: (row: number) => void,
): Find {
  const queries = useQueryClient();
  const [said, setSaid] = useState("");
  const [busy, setBusy] = useState(false);
  const jump = async (wanted: Pick<LogPlace, "keyword" | "level">, backwards: boolean) => {
    setBusy(true);
    try {
      const place = { phase, attempt, ...wanted };
      const read = async (page: number) => {
        const { items, total } = await queries.fetchQuery(logPageQuery(run, place, page, moving));
        return { rows: items.map((line) => line._row), total };
      };
      const hit = await nextHit(read, kLogPageLines, row, backwards);
      setSaid(hit ? sayHit(hit, wanted.level) : wanted.level ? `no line of level ${wanted.level}` : "not in this log");
      if (hit) go(hit.row);
    } catch (error) {
      setSaid(error instanceof Error ? error.message : "the search did not work");
    }
    setBusy(false);
  };
  return {
    said,
    busy,
    jump: (text, backwards) => (text === "" ? setSaid("") : void jump({ keyword: text }, backwards)),
    jumpToError: (backwards) => void jump({ level: "ERROR" }, backwards),
  };
}
