/** The lines themselves: only those on the screen exist. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef } from "react";
import type { LogLine } from "../api/client";
import { sayClock, sayTime } from "../text/time";
import { AnsiText } from "./ansi_text";
import type { LogWindow } from "./log_window";
import type { LogLines } from "./use_log_lines";

const kLineHeight = 21;
const kOverscan = 20;

interface Props {
  lines: LogLines;
  window: LogWindow;
  wrap: boolean;
  /** The line to scroll to, by its index in the list; null: the top. */
  target: number | null;
  /** The line that is marked, by its row. */
  marked: number | null;
  mark: (row: number) => void;
  /** What is looked for. */
  find: string | undefined;
  /** The end stays on the screen while lines come in. */
  follow: boolean;
  /** The reader has scrolled away from the end. */
  unfollow: () => void;
}

export function LogList(props: Props) {
  const { lines, window: shown, wrap, target, marked, mark, find, follow, unfollow } = props;
  const box = useRef<HTMLElement>(null);
  const list = useVirtualizer({
    count: shown.count,
    getScrollElement: () => box.current,
    estimateSize: () => kLineHeight,
    overscan: kOverscan,
  });
  const items = list.getVirtualItems();
  const from = shown.first + (items[0]?.index ?? 0);
  const to = shown.first + (items.at(-1)?.index ?? -1);
  const { show } = lines;
  useEffect(() => show(from, to), [show, from, to]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: wrapped lines have other heights than those that were measured
  useLayoutEffect(() => list.measure(), [wrap, list]);
  useScrollTo(list, target === null ? null : target - shown.first, shown.first);
  useEffect(() => {
    if (follow && shown.count > 0) list.scrollToIndex(shown.count - 1, { align: "end" });
  }, [list, follow, shown.count]);

  return (
    <section
      ref={box}
      className={`log-box ${wrap ? "log-wrap" : ""}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label="Log lines"
      onWheel={(event) => event.deltaY < 0 && unfollow()}
      onTouchMove={unfollow}
      onKeyDown={(event) => kUpwards.has(event.key) && unfollow()}
    >
      <ol className="log-lines" style={{ height: list.getTotalSize() }}>
        {items.map((item) => {
          const line = lines.lineAt(shown.first + item.index);
          return (
            <li
              key={item.key}
              ref={list.measureElement}
              data-index={item.index}
              data-row={line?._row}
              className={`log-line ${line ? `level-${line.level.toLowerCase()}` : ""} ${line && line._row === marked ? "log-marked" : ""}`}
              aria-current={line && line._row === marked ? "location" : undefined}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {line ? <Line line={line} mark={mark} find={find} /> : <span className="quiet log-message">…</span>}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

const kUpwards = new Set(["ArrowUp", "PageUp", "Home"]);

function Line({ line, mark, find }: { line: LogLine } & Pick<Props, "mark" | "find">) {
  return (
    <>
      <button
        type="button"
        className="log-row"
        onClick={() => mark(line._row)}
        aria-label={`Row ${line._row}: mark it and show all of it`}
      >
        {line._row}
      </button>
      <span className="log-time" title={line.ts ? `${sayTime(line.ts)} UTC` : ""}>
        {sayClock(line.ts)}
      </span>
      <span className="log-level">{line.level}</span>
      <span className="log-message">
        <AnsiText text={line.message} find={find} />
      </span>
    </>
  );
}

type List = ReturnType<typeof useVirtualizer<HTMLElement, Element>>;

/** Once per target: the reader may scroll away from it. */
function useScrollTo(list: List, index: number | null, first: number) {
  const done = useRef<string | null>(null);
  useEffect(() => {
    const key = index === null ? null : `${first} ${index}`;
    if (index === null || key === done.current) return;
    done.current = key;
    list.scrollToIndex(index, { align: "center" });
  }, [list, index, first]);
}
