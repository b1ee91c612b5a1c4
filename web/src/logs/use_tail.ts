/** Follows a log that is still being written. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { RunKey } from "../api/client";
import { followLogs } from "../api/log_stream";
import { emptyTail, grow, type Tail } from "./tail";

export interface FollowedTail {
  tail: Tail;
  /** Lines come by themselves; without it the pages have to be asked. */
  live: boolean;
}

/** `from`: the row to begin with; null: nothing is followed. It is heard once, when it first is a number. */
export function useTail(run: RunKey, phase: string, attempt: number, from: number | null): FollowedTail {
  const queries = useQueryClient();
  const [tail, setTail] = useState<Tail>(() => emptyTail(0));
  const [live, setLive] = useState(false);
  const wanted = from !== null;
  const { dagId, date, runId, deployment } = run;
  // biome-ignore lint/correctness/useExhaustiveDependencies: where it begins is heard once
  useEffect(() => {
    if (from === null) return;
    setTail(emptyTail(from));
    const leave = followLogs({ dagId, date, runId, deployment }, phase, attempt, from, {
      lines: (lines) => setTail((now) => grow(now, lines)),
      live: setLive,
      ended: () => {
        // Pages that were read while they grew are not whole.
        void queries.invalidateQueries({ queryKey: ["logs", dagId, date, runId] });
        void queries.invalidateQueries({ queryKey: ["tasks", dagId, date, runId] });
        void queries.invalidateQueries({ queryKey: ["run", dagId, date, runId] });
      },
    });
    return () => {
      leave();
      setLive(false);
    };
  }, [dagId, date, runId, deployment, phase, attempt, wanted, queries]);
  return { tail, live };
}
