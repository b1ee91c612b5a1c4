/** Runs of all dags, newest first. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import type { RunListItem } from "../api/client";
import { dagsQuery, meQuery, runsQuery } from "../api/queries";
import { CopyButton } from "../parts/copy_button";
import { StateMark } from "../parts/marks";
import { ProblemNote } from "../parts/problem_note";
import { TimeText } from "../parts/time_text";
import { useTitle } from "../parts/use_title";
import { kRunStates } from "../search";
import { sayCount, stateMark } from "../text/states";
import { sayAgo, sayDuration } from "../text/time";

const route = getRouteApi("/");

export function RunList() {
  useTitle("Runs");
  const { state, dag } = route.useSearch();
  const runs = useInfiniteQuery(runsQuery({ state, dagId: dag }));
  const items = runs.data?.pages.flatMap((page) => page.items) ?? [];
  const total = runs.data?.pages[0]?.total ?? 0;
  const filtered = state !== undefined || dag !== undefined;
  return (
    <>
      <div className="page-head">
        <h1>Runs</h1>
        <span className="quiet" role="status">
          {runs.data && sayCount(total, filtered ? "run matches" : "run", filtered ? "runs match" : "runs")}
        </span>
        <button type="button" className="button" onClick={() => void runs.refetch()} disabled={runs.isFetching}>
          {runs.isFetching ? "Refreshing…" : "Refresh"}
        </button>
      </div>
      <Filters />
      {runs.isError && (
        <ProblemNote error={runs.error} what="The runs could not be read." retry={() => void runs.refetch()} />
      )}
      {runs.isPending && <Waiting />}
      {runs.isSuccess && items.length === 0 && (filtered ? <NothingMatches /> : <NoRuns />)}
      {items.length > 0 && <RunTable items={items} />}
      {runs.hasNextPage && (
        <button
          type="button"
          className="button older"
          onClick={() => void runs.fetchNextPage()}
          disabled={runs.isFetchingNextPage}
        >
          {runs.isFetchingNextPage ? "Reading…" : `Older (${sayCount(total - items.length, "more run")})`}
        </button>
      )}
    </>
  );
}

function Filters() {
  const { state, dag } = route.useSearch();
  const navigate = route.useNavigate();
  const dags = useQuery(dagsQuery);
  const [typed, setTyped] = useState(dag ?? "");
  useEffect(() => setTyped(dag ?? ""), [dag]);
  const chosen = new Set(state?.split(",") ?? []);
  const toggle = (each: string) => {
    const next = new Set(chosen);
    if (!next.delete(each)) next.add(each);
    void navigate({ search: (now) => ({ ...now, state: next.size > 0 ? [...next].join(",") : undefined }) });
  };
  const filterDag = (value: string) => void navigate({ search: (now) => ({ ...now, dag: value.trim() || undefined }) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    filterDag(typed);
  };
  return (
    <form className="filters" onSubmit={submit} aria-label="Filter runs">
      <fieldset>
        <legend className="visually-hidden">State</legend>
        {kRunStates.map((each) => (
          <button
            key={each}
            type="button"
            className="button button-small filter-state"
            aria-pressed={chosen.has(each)}
            onClick={() => toggle(each)}
          >
            {stateMark(each).word}
          </button>
        ))}
      </fieldset>
      <label className="filter-dag">
        <span>DAG</span>
        <input
          type="search"
          list="dag-ids"
          value={typed}
          placeholder="any"
          onChange={(event) => {
            setTyped(event.target.value);
            // A pick from the list is whole at once; typing waits for Enter.
            if (event.target.value === "" || dags.data?.items.some((each) => each.dag_id === event.target.value))
              filterDag(event.target.value);
          }}
        />
        <datalist id="dag-ids">
          {dags.data?.items.map((each) => (
            <option key={`${each.deployment_id} ${each.dag_id}`} value={each.dag_id} />
          ))}
        </datalist>
      </label>
    </form>
  );
}

function RunTable({ items }: { items: RunListItem[] }) {
  const { data: me } = useQuery(meQuery);
  return (
    <table className="runs">
      <thead>
        <tr>
          <th scope="col">State</th>
          <th scope="col">DAG and run</th>
          <th scope="col">Started (UTC)</th>
          <th scope="col" className="number">
            Duration
          </th>
          <th scope="col">Cause</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <RunRow key={`${item.deployment_id} ${item.dag_id} ${item.run_id}`} item={item} home={me?.deployment_id} />
        ))}
      </tbody>
    </table>
  );
}

function RunRow({ item, home }: { item: RunListItem; home: string | undefined }) {
  const params = { dagId: item.dag_id, date: item.date, runId: item.run_id };
  const deployment = home === undefined || item.deployment_id === home ? undefined : item.deployment_id;
  return (
    <tr className={`run-${item.state.toLowerCase()}`}>
      <td className="cell-state">
        <StateMark state={item.state} />
      </td>
      <td className="cell-run">
        <Link to="/dags/$dagId/runs/$date/$runId" params={params} search={{ deployment }} className="run-link">
          <strong>{item.dag_id}</strong> <span className="mono small run-id">{item.run_id}</span>
        </Link>
        {deployment && <span className="quiet small"> in {deployment}</span>}
      </td>
      <td className="cell-time">
        <TimeText time={item.started_at} />{" "}
        {item.started_at && <span className="quiet small">{sayAgo(item.started_at, Date.now())}</span>}
      </td>
      <td className="number cell-duration">{sayDuration(item.duration_seconds)}</td>
      <td className="cell-cause">
        {item.cause?.root_cause_type && <code className="cause-code">{item.cause.root_cause_type}</code>}
        {item.cause?.title && <span className="cause-title">{item.cause.title}</span>}
        {item.state === "FAILED" && !item.cause && <span className="quiet small">not diagnosed yet: open it</span>}
      </td>
    </tr>
  );
}

const kWaiting = ["a", "b", "c", "d", "e", "f"];

const Waiting = () => (
  <div aria-busy="true" role="status">
    <span className="visually-hidden">Reading the runs…</span>
    {kWaiting.map((each) => (
      <div key={each} className="skeleton" />
    ))}
  </div>
);

function NothingMatches() {
  return (
    <div className="empty">
      <p>No run matches these filters.</p>
      <Link to="/" search={{}} className="button">
        Show all runs
      </Link>
    </div>
  );
}

const kImport = "dagy import airflow PATH/TO/EXPORT";

function NoRuns() {
  return (
    <div className="empty">
      <h2>No runs yet</h2>
      <p>Bring in an Airflow export, and its runs stand here, the failed ones with their causes:</p>
      <div className="command">
        <pre>{kImport}</pre>
        <CopyButton text={kImport} label="Copy command" />
      </div>
      <p className="quiet small">
        Or send events to <code>POST /api/v1/ingest</code>; <a href="/docs">the API page</a> says how.
      </p>
    </div>
  );
}
