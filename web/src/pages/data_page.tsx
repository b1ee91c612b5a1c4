/** The data rows that a phase wrote: their own columns and types, to the last row. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type FormEvent, useEffect, useMemo, useState } from "react";
import type { DataPlace, RunKey } from "../api/client";
import { tasksQuery } from "../api/queries";
import { sayWhole } from "../data/cells";
import { DataGrid } from "../data/data_grid";
import { useDataRows } from "../data/use_data_rows";
import { windowAt } from "../logs/log_window";
import { CopyButton } from "../parts/copy_button";
import { AttemptField, WordsField } from "../parts/filter_fields";
import { ProblemNote } from "../parts/problem_note";
import { RunCrumbs } from "../parts/run_crumbs";
import { TextBox } from "../parts/scroll_box";
import { useTitle } from "../parts/use_title";
import { WindowTurner } from "../parts/window_turner";
import { sayCount } from "../text/states";

const route = getRouteApi("/dags/$dagId/runs/$date/$runId/data/$phase");

export function DataPage() {
  const { dagId, date, runId, phase } = route.useParams();
  const { attempt = 1, keyword, deployment } = route.useSearch();
  const run: RunKey = useMemo(() => ({ dagId, date, runId, deployment }), [dagId, date, runId, deployment]);
  const place: DataPlace = useMemo(() => ({ phase, attempt, keyword }), [phase, attempt, keyword]);
  useTitle(`Data of ${phase}, attempt ${attempt}`);
  return (
    <div className="logs-page">
      <RunCrumbs run={run} />
      <div className="page-head">
        <h1>
          Data of <span className="mono">{phase}</span>
        </h1>
        <Link
          to="/dags/$dagId/runs/$date/$runId/logs/$phase"
          params={{ dagId, date, runId, phase }}
          search={{ attempt, deployment }}
        >
          its log
        </Link>
      </div>
      <Tools run={run} place={place} />
      <Rows key={`${runId} ${phase} ${attempt} ${keyword}`} run={run} place={place} />
    </div>
  );
}

function Tools({ run, place }: { run: RunKey; place: DataPlace }) {
  const navigate = route.useNavigate();
  const tasks = useQuery(tasksQuery(run, undefined));
  const [typed, setTyped] = useState(place.keyword ?? "");
  useEffect(() => setTyped(place.keyword ?? ""), [place.keyword]);
  const attempts = [
    ...new Set([
      ...(tasks.data?.attempts ?? []).filter((each) => each.phase === place.phase).map((each) => each.attempt),
      place.attempt,
    ]),
  ].sort((a, b) => a - b);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void navigate({ search: (now) => ({ ...now, keyword: typed || undefined, row: undefined }) });
  };
  return (
    <form className="log-tools" aria-label="Filter data rows" onSubmit={submit}>
      <AttemptField
        attempt={place.attempt}
        attempts={attempts}
        change={(attempt) => void navigate({ search: (now) => ({ ...now, attempt, row: undefined }) })}
      />
      <WordsField typed={typed} hint="any text in any column, then Enter" setTyped={setTyped} />
    </form>
  );
}

function Rows({ run, place }: { run: RunKey; place: DataPlace }) {
  const { row = null } = route.useSearch();
  const navigate = route.useNavigate();
  const [turned, setTurned] = useState<number | null>(null);
  const [open, setOpen] = useState<{ column: string; row: Record<string, unknown> } | null>(null);
  const filtered = place.keyword !== undefined;
  // In all rows a row's index is its number; among filtered ones it is not known.
  const index = turned ?? (filtered ? 0 : (row ?? 0));
  const rows = useDataRows(run, place, index);
  const total = rows.first?.total ?? null;
  const shown = windowAt(index, total ?? 0);
  const inside = !filtered && row !== null && total !== null && row < total && turned === null;
  return (
    <>
      <p className="log-status quiet small" role="status">
        {rows.first && (
          <>
            {sayCount(rows.first.total, filtered ? "row matches" : "row", filtered ? "rows match" : "rows")},{" "}
            {sayCount(rows.first.columns.filter((column) => column.name !== "_row").length, "column")}
            {row !== null && !filtered && row >= rows.first.total && ` · row ${row} is beyond the end of these rows`}
          </>
        )}
      </p>
      {open && <Whole open={open} close={() => setOpen(null)} />}
      {rows.error !== null && <ProblemNote error={rows.error} what="The rows could not be read." retry={rows.retry} />}
      {!rows.first && rows.error === null && <div className="skeleton skeleton-tall" aria-busy="true" />}
      {total === 0 && (
        <div className="empty">
          <p>{filtered ? "No row matches." : "This attempt wrote no data rows."}</p>
          {filtered && (
            <button
              type="button"
              className="button"
              onClick={() => void navigate({ search: (now) => ({ ...now, keyword: undefined }) })}
            >
              Show all rows
            </button>
          )}
        </div>
      )}
      {total !== null && <WindowTurner shown={shown} total={total} what="rows" turn={setTurned} />}
      {rows.first && rows.first.total > 0 && (
        <DataGrid
          key={shown.first}
          rows={rows}
          page={rows.first}
          window={shown}
          target={inside ? index - shown.first : null}
          marked={row}
          open={(column, picked) => {
            setOpen({ column, row: picked });
            if (typeof picked._row === "number")
              void navigate({ search: (now) => ({ ...now, row: picked._row as number }), replace: true });
          }}
        />
      )}
    </>
  );
}

function Whole({ open, close }: { open: { column: string; row: Record<string, unknown> }; close: () => void }) {
  const { column, row } = open;
  const text = sayWhole(row[column]);
  return (
    <section className="card line-details" aria-label={`Row ${String(row._row)}, ${column}`}>
      <header className="card-head">
        <h2>
          Row {String(row._row)}, <span className="mono">{column}</span>
        </h2>
        <CopyButton text={text} label="Copy value" caption="Copy value" />
        <CopyButton text={JSON.stringify(row)} label="Copy row as JSON" caption="Copy row" />
        <CopyButton text={window.location.href} label="Copy link to this row" caption="Copy link" />
        <button type="button" className="button button-small" onClick={close} aria-label="Close cell">
          Close
        </button>
      </header>
      <TextBox>{text}</TextBox>
    </section>
  );
}
