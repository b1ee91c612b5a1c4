/** Runs a search for as long as it is looked at. */
import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import { asProblem } from "../api/problem";
import { type SearchWish, searchAll } from "../api/search_stream";
import { type Found, type FoundEvent, nothingYet, take } from "./found";

interface Search {
  found: Found;
  stop: () => void;
  again: () => void;
}

export function useSearch({ q, from }: SearchWish): Search {
  const [found, tell] = useReducer(take, nothingYet);
  const [round, setRound] = useState(0);
  const way = useRef<AbortController | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another round is another search
  useEffect(() => {
    const abort = new AbortController();
    way.current = abort;
    // What a search that was left still brings is nobody's.
    const tellIf = (events: FoundEvent[]) => {
      if (way.current === abort) tell(events);
    };
    tellIf([{ type: "start" }]);
    searchAll({ q, from }, abort.signal, tellIf).then(
      () => tellIf([{ type: "closed" }]),
      (error) => {
        if (!abort.signal.aborted) tellIf([{ type: "failed", problem: asProblem(error) }]);
      },
    );
    return () => {
      way.current = null;
      abort.abort();
    };
  }, [q, from, round]);

  const stop = useCallback(() => {
    way.current?.abort();
    tell([{ type: "stop" }]);
  }, []);
  return { found, stop, again: () => setRound((n) => n + 1) };
}
