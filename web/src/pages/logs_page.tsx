/** The log of one attempt, at the line that a link points to. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { LogPlace, RunKey, TaskAttempt } from "../api/client";
import { errorsQuery, tasksQuery } from "../api/queries";
import { LineDetails } from "../logs/line_details";
import { LogList } from "../logs/log_list";
import { LogToolbar } from "../logs/log_toolbar";
import { kWindowLines, windowAt } from "../logs/log_window";
import { useLogLines } from "../logs/use_log_lines";
import { StateMark } from "../parts/marks";
import { ProblemNote } from "../parts/problem_note";
import { useTitle } from "../parts/use_title";
import type { LogsSearch } from "../search";
import { sayCount } from "../text/states";

const route = getRouteApi("/dags/$dagId/runs/$date/$runId/logs/$phase");

export function LogsPage() {
  const { dagId, date, runId, phase } = route.useParams();
  const { attempt = 1, level, keyword, row, deployment } = route.useSearch();
  const navigate = route.useNavigate();
  const run: RunKey = useMemo(() => ({ dagId, date, runId, deployment }), [dagId, date, runId, deployment]);
  const place: LogPlace = useMemo(() => ({ phase, attempt, level, keyword }), [phase, attempt, level, keyword]);
  const tasks = useQuery(tasksQuery(run, undefined));
  const marked = row ?? null;
  const filtered = level !== undefined || keyword !== undefined;
  useTitle(`Log of ${phase}, attempt ${attempt}`);

  const ofPhase = tasks.data?.attempts.filter((each) => each.phase === phase) ?? [];
  const now = ofPhase.find((each) => each.attempt === attempt);
  const change = (search: LogsSearch) =>
    void navigate({ search: (before) => ({ ...before, ...search }), replace: search.row !== undefined });
  return (
    <div className="logs-page">
      <nav aria-label="Where" className="crumbs">
        <Link to="/">Runs</Link> <span aria-hidden="true">/</span>{" "}
        <Link to="/dags/$dagId" params={{ dagId }} search={{ deployment }}>
          {dagId}
        </Link>{" "}
        <span aria-hidden="true">/</span>{" "}
        <Link
          to="/dags/$dagId/runs/$date/$runId"
          params={{ dagId, date, runId }}
          search={{ deployment }}
          className="mono"
        >
          {runId}
        </Link>
      </nav>
      <div className="page-head">
        <h1>
          Log of <span className="mono">{phase}</span>
        </h1>
        {now && <StateMark state={now.state} />}
        {now?.reason && <span className="quiet">{now.reason}</span>}
      </div>
      <Lines
        key={`${runId} ${phase} ${attempt} ${level} ${keyword}`}
        run={run}
        place={place}
        attempts={attemptsToPick(ofPhase, attempt)}
        moving={now?.state === "RUNNING"}
        marked={marked}
        filtered={filtered}
        change={change}
      />
    </div>
  );
}

const attemptsToPick = (known: TaskAttempt[], now: number) =>
  [...new Set([...known.map((each) => each.attempt), now])].sort((a, b) => a - b);

interface LinesProps {
  run: RunKey;
  place: LogPlace;
  attempts: number[];
  moving: boolean;
  marked: number | null;
  filtered: boolean;
  change: (search: LogsSearch) => void;
}

function Lines({ run, place, attempts, moving, marked, filtered, change }: LinesProps) {
  const [wrap, setWrap] = useState(true);
  const [moved, setMoved] = useState<number | null>(null);
  // In the whole log a line's index is its row; among filtered lines it is not known.
  const index = moved ?? (filtered ? 0 : (marked ?? 0));
  const lines = useLogLines(run, place, index, moving);
  const shown = windowAt(index, lines.total ?? 0);
  const line = marked === null ? undefined : lines.find(marked);
  const errors = useQuery(errorsQuery(run, place, line?.level === "ERROR" || line?.level === "CRITICAL"));
  return (
    <>
      <LogToolbar run={run} place={place} attempts={attempts} wrap={wrap} setWrap={setWrap} change={change} />
      <p className="log-status quiet small" role="status">
        {lines.total !== null && <Said total={lines.total} filtered={filtered} />}
        {marked !== null && lines.total !== null && !filtered && marked >= lines.total && (
          <> · row {marked} is beyond the end of this log</>
        )}
      </p>
      {line && (
        <LineDetails
          run={run}
          phase={place.phase}
          attempt={place.attempt}
          line={line}
          filtered={filtered}
          record={errors.data?.find((each) => each.log_row === line._row)}
          close={() => change({ row: undefined })}
        />
      )}
      {lines.error !== null && (
        <ProblemNote error={lines.error} what="The log could not be read." retry={lines.retry} />
      )}
      {lines.total === null && lines.error === null && <div className="skeleton skeleton-tall" aria-busy="true" />}
      {lines.total === 0 && <NoLines filtered={filtered} change={change} />}
      {lines.total !== null && lines.total > kWindowLines && (
        <div className="log-windows">
          <button
            type="button"
            className="button button-small"
            disabled={shown.first === 0}
            onClick={() => setMoved(shown.first - kWindowLines)}
          >
            Earlier lines
          </button>
          <span className="quiet small">
            {shown.first.toLocaleString("en-US")} to {(shown.first + shown.count - 1).toLocaleString("en-US")}
          </span>
          <button
            type="button"
            className="button button-small"
            disabled={shown.first + shown.count >= lines.total}
            onClick={() => setMoved(shown.first + kWindowLines)}
          >
            Later lines
          </button>
        </div>
      )}
      {lines.total !== null && lines.total > 0 && (
        <LogList
          key={shown.first}
          lines={lines}
          window={shown}
          wrap={wrap}
          target={filtered || (marked === null && moved === null) ? null : index}
          marked={marked}
          mark={(picked) => change({ row: picked })}
        />
      )}
    </>
  );
}

const Said = ({ total, filtered }: { total: number; filtered: boolean }) =>
  sayCount(total, filtered ? "line matches" : "line", filtered ? "lines match" : "lines");

function NoLines({ filtered, change }: { filtered: boolean; change: (search: LogsSearch) => void }) {
  if (!filtered) {
    return (
      <div className="empty">
        <p>This attempt wrote no log: it never started, was lost, or its log was not exported.</p>
      </div>
    );
  }
  return (
    <div className="empty">
      <p>No line matches these filters.</p>
      <button type="button" className="button" onClick={() => change({ level: undefined, keyword: undefined })}>
        Show all lines
      </button>
    </div>
  );
}
