/** Looks for a text in the log without leaving the other lines out. */
import { useEffect, useRef, useState } from "react";
import type { Find } from "./use_find";

interface Props {
  find: Find;
  text: string | undefined;
  change: (text: string | undefined) => void;
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);

export function FindBar({ find, text, change }: Props) {
  const [typed, setTyped] = useState(text ?? "");
  useEffect(() => setTyped(text ?? ""), [text]);
  const { jump, jumpToError } = find;
  const step = (backwards: boolean) => {
    if (typed !== (text ?? "")) change(typed || undefined);
    jump(typed, backwards);
  };
  // n and N lead from hit to hit, as in a pager; e and E from error to error.
  const latest = useRef({ step, jumpToError });
  latest.current = { step, jumpToError };
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!/^[nNeE]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return;
      event.preventDefault();
      const backwards = event.key === event.key.toUpperCase();
      if (event.key.toLowerCase() === "n") latest.current.step(backwards);
      else latest.current.jumpToError(backwards);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
  return (
    <search className="log-find">
      <label>
        Find
        <input
          type="search"
          value={typed}
          placeholder="Enter: next hit"
          onChange={(event) => {
            setTyped(event.target.value);
            if (event.target.value === "") {
              change(undefined);
              jump("", false);
            }
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            step(event.shiftKey);
          }}
        />
      </label>
      <button
        type="button"
        className="button button-small"
        disabled={typed === "" || find.busy}
        onClick={() => step(true)}
        title="N"
      >
        Previous hit
      </button>
      <button
        type="button"
        className="button button-small"
        disabled={typed === "" || find.busy}
        onClick={() => step(false)}
        title="n"
      >
        Next hit
      </button>
      <button
        type="button"
        className="button button-small"
        disabled={find.busy}
        onClick={() => jumpToError(false)}
        title="e; E: the one before"
      >
        Next error
      </button>
      <span role="status" className="small quiet log-find-said">
        {find.said}
      </span>
    </search>
  );
}
