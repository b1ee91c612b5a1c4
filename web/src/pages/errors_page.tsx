/** All errors of a run, grouped: what is one failure stands there once. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import type { RunKey, RunTasks, SearchRunResult } from "../api/client";
import { errorsQuery, runQuery, tasksQuery } from "../api/queries";
import { type ErrorGroup, type ErrorPlace, groupErrors, type PlacedError, placesOf } from "../errors/error_groups";
import { CopyButton } from "../parts/copy_button";
import { ProblemNote } from "../parts/problem_note";
import { RunCrumbs } from "../parts/run_crumbs";
import { TextBox } from "../parts/scroll_box";
import { TimeText } from "../parts/time_text";
import { useTitle } from "../parts/use_title";
import { stripAnsi } from "../text/ansi";
import { sayCount } from "../text/states";

const route = getRouteApi("/dags/$dagId/runs/$date/$runId/errors");
const kPlacesAtOnce = 40;

export function ErrorsPage() {
  const { dagId, date, runId } = route.useParams();
  const { deployment } = route.useSearch();
  const run: RunKey = useMemo(() => ({ dagId, date, runId, deployment }), [dagId, date, runId, deployment]);
  const found = useQuery(runQuery(run));
  const tasks = useQuery(tasksQuery(run, found.data?.state));
  const failed = [found, tasks].find((query) => query.isError);
  useTitle(`Errors of ${dagId}`);
  return (
    <>
      <RunCrumbs run={run} />
      <div className="page-head">
        <h1>Errors</h1>
      </div>
      {failed && (
        <ProblemNote error={failed.error} what="The run could not be read." retry={() => void failed.refetch()} />
      )}
      {!failed && !(found.data && tasks.data) && <div className="skeleton skeleton-tall" aria-busy="true" />}
      {found.data && tasks.data && <Groups run={run} found={found.data} tasks={tasks.data} />}
    </>
  );
}

function Groups({ run, found, tasks }: { run: RunKey; found: SearchRunResult; tasks: RunTasks }) {
  const { phase, attempt = 1 } = route.useSearch();
  const [shown, setShown] = useState(kPlacesAtOnce);
  const places = useMemo(() => {
    const counted = new Map(Object.entries(found.phases).map(([name, status]) => [name, status.error_log_count]));
    const all = placesOf(tasks.attempts, counted);
    // The one that a link leads to is read first, wherever it stands.
    const isWanted = (place: ErrorPlace) => place.phase === phase && place.attempt === attempt;
    if (phase === undefined) return all;
    return [{ phase, attempt }, ...all.filter((place) => !isWanted(place))];
  }, [found, tasks, phase, attempt]);
  const read = useQueries({ queries: places.slice(0, shown).map((place) => errorsQuery(run, place, true)) });
  const errors: PlacedError[] = read.flatMap((query, at) => {
    const place = places[at];
    return place && query.data ? query.data.items.map((record) => ({ ...place, record })) : [];
  });
  const left = read.reduce((sum, query) => sum + (query.data ? query.data.total - query.data.items.length : 0), 0);
  const groups = groupErrors(errors);
  const failed = read.find((query) => query.isError);
  const busy = read.some((query) => query.isPending);
  return (
    <>
      <p className="quiet" role="status">
        {busy
          ? "Reading…"
          : groups.length > 0 && `${sayCount(errors.length, "error")} in ${sayCount(groups.length, "group")}`}
        {left > 0 && `, ${left.toLocaleString("en-US")} more are counted, not listed`}
      </p>
      {failed && (
        <ProblemNote error={failed.error} what="Some errors could not be read." retry={() => void failed.refetch()} />
      )}
      {!busy && !failed && groups.length === 0 && (
        <div className="empty">
          <h2>No errors</h2>
          <p>No attempt of this run left an error record.</p>
        </div>
      )}
      <ol className="error-groups">
        {groups.map((group) => (
          <Group key={group.signature} run={run} group={group} />
        ))}
      </ol>
      {places.length > shown && (
        <button type="button" className="button older" onClick={() => setShown(shown + kPlacesAtOnce)}>
          Read {sayCount(Math.min(kPlacesAtOnce, places.length - shown), "more attempt")}
        </button>
      )}
    </>
  );
}

const kLinksAtFirst = 12;

function Group({ run, group }: { run: RunKey; group: ErrorGroup }) {
  const { phase, attempt = 1, row } = route.useSearch();
  const [all, setAll] = useState(false);
  const wanted = group.errors.find(
    (error) => error.phase === phase && error.attempt === attempt && error.record._row === row,
  );
  const box = useRef<HTMLLIElement>(null);
  const isWanted = wanted !== undefined;
  useEffect(() => {
    if (isWanted) box.current?.scrollIntoView({ block: "start" });
  }, [isWanted]);
  const { record } = wanted ?? (group.errors[0] as PlacedError);
  const full = stripAnsi(record.traceback ?? record.error_detail ?? "");
  const shown = all ? group.errors : group.errors.slice(0, kLinksAtFirst);
  return (
    <li ref={box} className={`card error-group ${isWanted ? "error-wanted" : ""}`}>
      <h2>
        {group.type && <code className="cause-code">{group.type}</code>}
        <span className="error-title">{stripAnsi(group.title)}</span>
      </h2>
      <p className="small quiet">
        {sayCount(group.errors.length, "time")}
        {group.first && (
          <>
            {" "}
            · <TimeText time={group.first} />
            {group.last !== group.first && (
              <>
                {" "}
                to <TimeText time={group.last} />
              </>
            )}{" "}
            UTC
          </>
        )}
      </p>
      {full && (
        <details open={isWanted}>
          <summary>All of it</summary>
          <CopyButton text={full} label="Copy error" />
          <TextBox>{full}</TextBox>
        </details>
      )}
      <ul className="error-places" aria-label="Where">
        {shown.map((error) => (
          <li key={`${error.phase} ${error.attempt} ${error.record._row}`}>
            <ErrorLink run={run} error={error} />
          </li>
        ))}
      </ul>
      {shown.length < group.errors.length && (
        <button type="button" className="button button-small" onClick={() => setAll(true)}>
          Show all {sayCount(group.errors.length, "place")}
        </button>
      )}
    </li>
  );
}

/** To the line that carried it, or to the log where no line did. */
function ErrorLink({ run: { dagId, date, runId, deployment }, error }: { run: RunKey; error: PlacedError }) {
  const { phase, attempt, record } = error;
  return (
    <Link
      to="/dags/$dagId/runs/$date/$runId/logs/$phase"
      params={{ dagId, date, runId, phase }}
      search={{ attempt, row: record.log_row ?? undefined, deployment }}
    >
      {record.task_id ?? phase}, attempt {attempt}
      {record.log_row !== null && `, row ${record.log_row}`}
    </Link>
  );
}
