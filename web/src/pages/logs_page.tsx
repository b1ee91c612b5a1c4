/** The log of one attempt, at the line that a link points to. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import type { LogPlace, RunKey, TaskAttempt } from "../api/client";
import { errorsQuery, phaseQuery, runQuery, tasksQuery } from "../api/queries";
import { FindBar } from "../logs/find_bar";
import { LineDetails } from "../logs/line_details";
import { LogList } from "../logs/log_list";
import { LogToolbar } from "../logs/log_toolbar";
import { windowAt } from "../logs/log_window";
import { useFind } from "../logs/use_find";
import { useLogLines } from "../logs/use_log_lines";
import { useTail } from "../logs/use_tail";
import { StateMark } from "../parts/marks";
import { ProblemNote } from "../parts/problem_note";
import { RunCrumbs } from "../parts/run_crumbs";
import { useTitle } from "../parts/use_title";
import { WindowTurner } from "../parts/window_turner";
import type { LogsSearch } from "../search";
import { sayCount } from "../text/states";

const route = getRouteApi("/dags/$dagId/runs/$date/$runId/logs/$phase");

export function LogsPage() {
  const { dagId, date, runId, phase } = route.useParams();
  const { attempt = 1, level, keyword, row, find, deployment } = route.useSearch();
  const navigate = route.useNavigate();
  const run: RunKey = useMemo(() => ({ dagId, date, runId, deployment }), [dagId, date, runId, deployment]);
  const place: LogPlace = useMemo(() => ({ phase, attempt, level, keyword }), [phase, attempt, level, keyword]);
  const found = useQuery(runQuery(run));
  const tasks = useQuery(tasksQuery(run, found.data?.state));
  const marked = row ?? null;
  const filtered = level !== undefined || keyword !== undefined;
  useTitle(`Log of ${phase}, attempt ${attempt}`);

  const ofPhase = tasks.data?.attempts.filter((each) => each.phase === phase) ?? [];
  const now = ofPhase.find((each) => each.attempt === attempt);
  const change = (search: LogsSearch) =>
    void navigate({ search: (before) => ({ ...before, ...search }), replace: search.row !== undefined });
  return (
    <div className="logs-page">
      <RunCrumbs run={run} />
      <div className="page-head">
        <h1>
          Log of <span className="mono">{phase}</span>
        </h1>
        {now && <StateMark state={now.state} />}
        {now?.reason && <span className="quiet">{now.reason}</span>}
        <Beside run={run} phase={phase} attempt={attempt} />
      </div>
      <Lines
        key={`${runId} ${phase} ${attempt} ${level} ${keyword}`}
        run={run}
        place={place}
        attempts={attemptsToPick(ofPhase, attempt)}
        moving={now?.state === "RUNNING"}
        marked={marked}
        filtered={filtered}
        find={find}
        change={change}
      />
    </div>
  );
}

/** What else this attempt left behind, and the attempt before it. */
function Beside({ run, phase, attempt }: { run: RunKey; phase: string; attempt: number }) {
  const { dagId, date, runId, deployment } = run;
  const summary = useQuery(phaseQuery(run, phase, attempt));
  const { error_count = 0, data_count = 0 } = summary.data ?? {};
  const params = { dagId, date, runId, phase };
  return (
    <span className="records-links">
      {error_count > 0 && (
        <Link to="/dags/$dagId/runs/$date/$runId/errors" params={params} search={{ phase, attempt, deployment }}>
          {sayCount(error_count, "error")}
        </Link>
      )}
      {data_count > 0 && (
        <Link to="/dags/$dagId/runs/$date/$runId/data/$phase" params={params} search={{ attempt, deployment }}>
          {sayCount(data_count, "data row")}
        </Link>
      )}
      {attempt > 1 && (
        <Link
          to="/dags/$dagId/runs/$date/$runId/compare/$phase"
          params={params}
          search={{ left: attempt - 1, right: attempt, deployment }}
        >
          beside attempt {attempt - 1}
        </Link>
      )}
    </span>
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
  find: string | undefined;
  change: (search: LogsSearch) => void;
}

function Lines({ run, place, attempts, moving, marked, filtered, find, change }: LinesProps) {
  const [wrap, setWrap] = useState(true);
  const [moved, setMoved] = useState<number | null>(null);
  const [follow, setFollow] = useState(marked === null);
  const grows = moving && !filtered;
  const [from, setFrom] = useState<number | null>(null);
  const { tail, live } = useTail(run, place.phase, place.attempt, grows ? from : null);
  // In the whole log a line's index is its row; among filtered lines it is not known.
  const index = moved ?? (filtered ? 0 : (marked ?? 0));
  const lines = useLogLines(run, place, index, moving && !live, filtered ? null : tail);
  const { total } = lines;
  useEffect(() => {
    if (total !== null) setFrom((known) => known ?? total);
  }, [total]);
  const following = grows && follow;
  const shown = windowAt(following && total !== null ? total - 1 : index, total ?? 0);
  const line = marked === null ? undefined : lines.find(marked);
  const errors = useQuery(errorsQuery(run, place, line?.level === "ERROR" || line?.level === "CRITICAL"));
  const hits = useFind(run, place, marked, moving, (row) => {
    setMoved(null);
    setFollow(false);
    change({ row, level: undefined, keyword: undefined });
  });
  return (
    <>
      <LogToolbar
        run={run}
        place={place}
        attempts={attempts}
        wrap={wrap}
        setWrap={setWrap}
        change={change}
        follow={grows ? follow : null}
        setFollow={setFollow}
      />
      <FindBar find={hits} text={find} change={(text) => change({ find: text })} />
      <p className="log-status quiet small" role="status">
        {lines.total !== null && <Said total={lines.total} filtered={filtered} />}
        {grows && (live ? " · live" : " · still being written")}
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
          record={errors.data?.items.find((each) => each.log_row === line._row)}
          close={() => change({ row: undefined })}
        />
      )}
      {lines.error !== null && (
        <ProblemNote error={lines.error} what="The log could not be read." retry={lines.retry} />
      )}
      {lines.total === null && lines.error === null && <div className="skeleton skeleton-tall" aria-busy="true" />}
      {lines.total === 0 && <NoLines filtered={filtered} change={change} />}
      {lines.total !== null && <WindowTurner shown={shown} total={lines.total} what="lines" turn={setMoved} />}
      {lines.total !== null && lines.total > 0 && (
        <LogList
          key={shown.first}
          lines={lines}
          window={shown}
          wrap={wrap}
          target={filtered || following || (marked === null && moved === null) ? null : index}
          marked={marked}
          mark={(picked) => {
            setMoved(null);
            setFollow(false);
            change({ row: picked });
          }}
          find={find ?? place.keyword}
          follow={following}
          unfollow={() => setFollow(false)}
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
