/** The last runs as bars: arrow keys walk along them, Enter opens one. */
import { Link } from "@tanstack/react-router";
import { type KeyboardEvent, useRef, useState } from "react";
import { Icon } from "../parts/icon";
import { sayCount, stateMark } from "../text/states";
import type { MarkKind, Strip, StripBar, StripMark } from "./strip";
import { stepTo } from "./strip";

const kBarPixels = 64;
const kBarPixelsMin = 4;

interface Props {
  dagId: string;
  deployment?: string | undefined;
  strip: Strip;
}

export function RunStrip({ dagId, deployment, strip }: Props) {
  const { bars, marks } = strip;
  const home = bars.findIndex((bar) => bar.current);
  const [at, setAt] = useState<number | null>(null);
  const stop = at ?? (home < 0 ? bars.length - 1 : home);
  const [looked, setLooked] = useState<number | null>(null);
  const list = useRef<HTMLOListElement>(null);
  const walk = (event: KeyboardEvent) => {
    const next = stepTo(event.key, stop, bars.length);
    if (next === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    setAt(next);
    list.current?.querySelectorAll("a")[next]?.focus();
  };
  const marksAt = (index: number) => marks.filter((mark) => mark.before === index);
  const shown = bars[looked ?? stop];
  return (
    <>
      <div className="strip-box">
        <ol ref={list} className="strip" onKeyDown={walk} aria-label={`${sayCount(bars.length, "run")}, oldest first`}>
          {bars.map((bar, index) => (
            <li key={bar.run.run_id} className="strip-place">
              {marksAt(index).map((mark) => (
                <Mark key={mark.before} mark={mark} />
              ))}
              <Bar
                bar={bar}
                dagId={dagId}
                deployment={deployment}
                reachable={index === stop}
                look={(on) => {
                  setLooked(on ? index : null);
                  if (on) setAt(index);
                }}
              />
            </li>
          ))}
          {marksAt(bars.length).length > 0 && (
            <li className="strip-place">
              {marksAt(bars.length).map((mark) => (
                <Mark key={mark.before} mark={mark} />
              ))}
            </li>
          )}
        </ol>
      </div>
      <p className="strip-said small" aria-hidden="true">
        {shown && (
          <>
            <span className="mono">{shown.run.run_id}</span> <span className="quiet">{shown.label}</span>
          </>
        )}
      </p>
      <p className="visually-hidden">Left and right arrow keys move from run to run, Enter opens one.</p>
    </>
  );
}

interface BarProps {
  bar: StripBar;
  dagId: string;
  deployment: string | undefined;
  reachable: boolean;
  look: (on: boolean) => void;
}

function Bar({ bar, dagId, deployment, reachable, look }: BarProps) {
  const { run, height, label, current } = bar;
  const { tone, shape } = stateMark(run.state);
  return (
    <Link
      to="/dags/$dagId/runs/$date/$runId"
      params={{ dagId, date: run.date, runId: run.run_id }}
      search={{ deployment }}
      className={`strip-bar tone-${tone}`}
      aria-label={label}
      aria-current={current ? "page" : undefined}
      data-run={run.run_id}
      activeOptions={{ exact: true }}
      tabIndex={reachable ? 0 : -1}
      onFocus={() => look(true)}
      onMouseEnter={() => look(true)}
      onMouseLeave={() => look(false)}
    >
      <span
        className={`strip-column ${height === null ? "strip-unknown" : ""}`}
        style={{ height: Math.max(kBarPixelsMin, Math.round((height ?? 0) * kBarPixels)) }}
      />
      <Icon shape={shape} />
    </Link>
  );
}

const kMarkWords: Record<MarkKind, string> = { onset: "onset", change: "change", change_point: "change point" };

/** A line between two runs with a sign above it: a flag for the onset, a diamond for a change, a step for the change point. */
function Mark({ mark }: { mark: StripMark }) {
  const text = mark.texts.join("; ");
  return (
    <span
      className={`strip-mark ${mark.kinds.map((kind) => `strip-${kind}`).join(" ")}`}
      role="img"
      aria-label={text}
      title={text}
    >
      {mark.kinds.map((kind) => (
        <MarkSign key={kind} kind={kind} />
      ))}
    </span>
  );
}

const kSigns: Record<MarkKind, string> = {
  onset: "M3 11V1l7 3-7 3",
  change: "M6 1 11 6 6 11 1 6z",
  change_point: "M1 10h5V2h5",
};

export const MarkSign = ({ kind }: { kind: MarkKind }) => (
  <svg className={`sign sign-${kind}`} width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
    <path d={kSigns[kind]} />
  </svg>
);

/** Only what is drawn is explained. */
export function StripLegend({ marks }: { marks: StripMark[] }) {
  const kinds = (["onset", "change", "change_point"] as const).filter((kind) =>
    marks.some((mark) => mark.kinds.includes(kind)),
  );
  if (kinds.length === 0) return null;
  return (
    <ul className="legend" aria-label="Marks">
      {kinds.map((kind) => (
        <li key={kind}>
          <MarkSign kind={kind} /> {kMarkWords[kind]}
        </li>
      ))}
    </ul>
  );
}
