/** Two attempts side by side: the same lines face each other, what differs is marked. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { LogLine, RunKey, TaskAttempt } from "../api/client";
import type { LastLines } from "../api/last_lines";
import { lastLinesQuery, tasksQuery } from "../api/queries";
import { type AlignedRow, alignLines, foldSame, kLinesMax, type Stretch } from "../compare/align";
import { AnsiText } from "../logs/ansi_text";
import { StateMark } from "../parts/marks";
import { ProblemNote } from "../parts/problem_note";
import { RunCrumbs } from "../parts/run_crumbs";
import { ScrollBox } from "../parts/scroll_box";
import { useTitle } from "../parts/use_title";
import { sayCount } from "../text/states";
import { sayClock } from "../text/time";

const route = getRouteApi("/dags/$dagId/runs/$date/$runId/compare/$phase");
const kContextLines = 3;
const kRowsMax = 600;

export function ComparePage() {
  const { dagId, date, runId, phase } = route.useParams();
  const { left = 1, right = 2, deployment } = route.useSearch();
  const run: RunKey = useMemo(() => ({ dagId, date, runId, deployment }), [dagId, date, runId, deployment]);
  const tasks = useQuery(tasksQuery(run, undefined));
  const attempts = tasks.data?.attempts.filter((each) => each.phase === phase) ?? [];
  const sides = [
    useQuery(lastLinesQuery(run, phase, left, kLinesMax)),
    useQuery(lastLinesQuery(run, phase, right, kLinesMax)),
  ] as const;
  const failed = sides.find((side) => side.isError);
  useTitle(`Attempts ${left} and ${right} of ${phase}`);
  return (
    <>
      <RunCrumbs run={run} />
      <div className="page-head">
        <h1>
          Attempts of <span className="mono">{phase}</span>
        </h1>
      </div>
      <div className="compare-heads">
        <Side run={run} phase={phase} side="left" attempt={left} attempts={attempts} />
        <Side run={run} phase={phase} side="right" attempt={right} attempts={attempts} />
      </div>
      {failed && (
        <ProblemNote error={failed.error} what="A log could not be read." retry={() => void failed.refetch()} />
      )}
      {!failed && !(sides[0].data && sides[1].data) && <div className="skeleton skeleton-tall" aria-busy="true" />}
      {sides[0].data && sides[1].data && (
        <Aligned key={`${left} ${right}`} left={sides[0].data} right={sides[1].data} names={[left, right]} />
      )}
    </>
  );
}

interface SideProps {
  run: RunKey;
  phase: string;
  side: "left" | "right";
  attempt: number;
  attempts: TaskAttempt[];
}

function Side({ run: { dagId, date, runId, deployment }, phase, side, attempt, attempts }: SideProps) {
  const navigate = route.useNavigate();
  const numbers = [...new Set([...attempts.map((each) => each.attempt), attempt])].sort((a, b) => a - b);
  const now = attempts.find((each) => each.attempt === attempt);
  return (
    <div className="compare-side">
      <label>
        {side === "left" ? "Left: attempt" : "Right: attempt"}{" "}
        <select
          value={attempt}
          onChange={(event) =>
            void navigate({ search: (before) => ({ ...before, [side]: Number(event.target.value) }), replace: true })
          }
        >
          {numbers.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </label>
      {now && <StateMark state={now.state} />}
      <Link
        to="/dags/$dagId/runs/$date/$runId/logs/$phase"
        params={{ dagId, date, runId, phase }}
        search={{ attempt, deployment }}
        className="small"
      >
        its log
      </Link>
    </div>
  );
}

function Aligned({ left, right, names }: { left: LastLines; right: LastLines; names: [number, number] }) {
  const rows = useMemo(
    () =>
      alignLines(
        left.lines.map((line) => line.message),
        right.lines.map((line) => line.message),
      ),
    [left, right],
  );
  const [all, setAll] = useState(false);
  const [most, setMost] = useState(kRowsMax);
  const differing = rows.filter((row) => row.kind !== "same").length;
  const stretches = useMemo(() => cutAt(foldSame(rows, kContextLines), most), [rows, most]);
  const cut = [left, right].some((side) => side.total > side.lines.length);
  if (rows.length === 0) {
    return (
      <div className="empty">
        <p>Neither attempt wrote a log.</p>
      </div>
    );
  }
  return (
    <>
      <p className="log-status compare-status" role="status">
        {differing === 0
          ? "They say the same, but for times and numbers."
          : `${sayCount(differing, "line differs", "lines differ")}.`}
        {cut && ` Compared are the last ${kLinesMax.toLocaleString("en-US")} lines of each.`}{" "}
        <label>
          <input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} /> Show lines that are
          the same
        </label>
      </p>
      <ScrollBox label="Two logs side by side">
        <table className="compare">
          <thead>
            <tr>
              <th scope="col">Row</th>
              <th scope="col">Attempt {names[0]}</th>
              <th scope="col">Row</th>
              <th scope="col">Attempt {names[1]}</th>
            </tr>
          </thead>
          <tbody>
            {stretches.map((stretch) =>
              stretch.folded && !all ? (
                <Fold key={keyOf(stretch.rows[0])} stretch={stretch} left={left.lines} right={right.lines} />
              ) : (
                stretch.rows.map((row) => <Pair key={keyOf(row)} row={row} left={left.lines} right={right.lines} />)
              ),
            )}
          </tbody>
        </table>
      </ScrollBox>
      {rows.length > most && (
        <button type="button" className="button older" onClick={() => setMost(most + kRowsMax)}>
          Show more ({sayCount(rows.length - most, "more row")})
        </button>
      )}
    </>
  );
}

const keyOf = (row: AlignedRow | undefined) => `${row?.left} ${row?.right}`;

/** The first rows, folded ones counted too. */
function cutAt(stretches: Stretch[], rowsMax: number): Stretch[] {
  const kept: Stretch[] = [];
  let left = rowsMax;
  for (const stretch of stretches) {
    if (left <= 0) break;
    kept.push({ ...stretch, rows: stretch.rows.slice(0, left) });
    left -= stretch.rows.length;
  }
  return kept;
}

interface LinesOfBoth {
  left: LogLine[];
  right: LogLine[];
}

function Fold({ stretch, left, right }: { stretch: Stretch } & LinesOfBoth) {
  const [open, setOpen] = useState(false);
  if (open) return stretch.rows.map((row) => <Pair key={keyOf(row)} row={row} left={left} right={right} />);
  return (
    <tr className="compare-fold">
      <td colSpan={4}>
        <button type="button" className="button button-small" onClick={() => setOpen(true)}>
          {sayCount(stretch.rows.length, "line")} the same: show
        </button>
      </td>
    </tr>
  );
}

const kKindWords = { same: "", differs: "differs", left: "only left", right: "only right" };

function Pair({ row, left, right }: { row: AlignedRow } & LinesOfBoth) {
  return (
    <tr className={`compare-${row.kind}`}>
      <Cell line={row.left === null ? null : left[row.left]} said={row.kind === "right" ? "" : kKindWords[row.kind]} />
      <Cell line={row.right === null ? null : right[row.right]} said={row.kind === "right" ? kKindWords.right : ""} />
    </tr>
  );
}

function Cell({ line, said }: { line: LogLine | null | undefined; said: string }) {
  if (!line) return <td colSpan={2} className="compare-gap" />;
  return (
    <>
      <td className="compare-row" title={sayClock(line.ts)}>
        {line._row}
      </td>
      <td className={`compare-line level-${line.level.toLowerCase()}`}>
        {said && <span className="visually-hidden">{said}: </span>}
        <AnsiText text={line.message} />
      </td>
    </>
  );
}
