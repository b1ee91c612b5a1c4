/** What a search finds, while it finds it: groups best first, what they have in common, how far it is. */
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { RunFailure } from "../api/search_stream";
import { PlainText } from "../parts/plain_text";
import { ProblemNote } from "../parts/problem_note";
import { useTitle } from "../parts/use_title";
import { sayCount } from "../text/states";
import { FacetList } from "./facet_list";
import { type Found, facetsOf, hitsByGroup, rank, sayReason } from "./found";
import { GroupCard } from "./group_card";
import { toggleTerm } from "./query_text";
import { useSearch } from "./use_search";

const kFailuresShown = 10;

interface Props {
  query: string;
  from: string | undefined;
  change: (query: string) => void;
}

export function SearchResults({ query, from, change }: Props) {
  useTitle(`Search: ${query}`);
  const { found, stop, again } = useSearch({ q: query, from });
  const groups = useMemo(() => rank(found.groups.values()), [found.groups]);
  const hits = useMemo(() => hitsByGroup(found), [found]);
  const facets = useMemo(() => facetsOf(found.hits), [found.hits]);
  const total = groups.reduce((sum, group) => sum + group.hits, 0);
  const empty = groups.length === 0;
  return (
    <>
      <div className="page-head search-head">
        <h1>Found</h1>
        <Said found={found} groups={groups.length} hits={total} />
        {found.status === "running" && (
          <button type="button" className="button" onClick={stop}>
            Stop
          </button>
        )}
        {found.status === "stopped" && (
          <button type="button" className="button" onClick={again}>
            Search again
          </button>
        )}
      </div>
      <Progress found={found} />
      {found.problem && (
        <ProblemNote
          error={found.problem}
          what={empty ? "The search did not work." : "The search broke off. What stands below was found before."}
          retry={again}
        />
      )}
      {found.status === "done" && !found.complete && (
        <p className="search-cut" role="status">
          Not everything was read{found.reason && `: ${sayReason(found.reason)}`}. Narrow the search, or the time, to be
          sure.
        </p>
      )}
      {found.failures.length > 0 && <Failures failures={found.failures} />}
      {found.status === "done" && empty && (
        <Nothing query={query} from={from} complete={found.complete} hint={found.hint} />
      )}
      {!empty && (
        <div className="search-body">
          <FacetList
            facets={facets}
            countedOf={total > found.hits.length ? found.hits.length : null}
            query={query}
            toggle={(term) => change(toggleTerm(query, term))}
          />
          <ol className="hit-groups" aria-label="Groups of hits, best first">
            {groups.map((group) => (
              <GroupCard key={group.signature} group={group} hits={hits.get(group.signature) ?? []} />
            ))}
          </ol>
        </div>
      )}
      {empty && found.status === "running" && (
        <div aria-hidden="true">
          <div className="skeleton skeleton-tall" />
          <div className="skeleton skeleton-tall" />
        </div>
      )}
    </>
  );
}

function Said({ found, groups, hits }: { found: Found; groups: number; hits: number }) {
  const words = groups > 0 ? `${sayCount(hits, "hit")} in ${sayCount(groups, "group")}` : "";
  const state = { running: "searching…", stopped: "stopped", done: "", failed: "" }[found.status];
  return (
    <span className="quiet" role="status">
      {[words, state].filter(Boolean).join(", ")}
    </span>
  );
}

function Progress({ found }: { found: Found }) {
  const { progress, status } = found;
  if (!progress) return null;
  const { runs_seen, runs_total, rows_scanned, rows_skipped = 0 } = progress;
  return (
    <p className="search-progress small quiet">
      {status === "running" && (
        <progress max={Math.max(1, runs_total)} value={runs_seen} aria-label="Runs looked at" className="search-bar" />
      )}
      {runs_seen.toLocaleString("en-US")} of {sayCount(runs_total, "run")} looked at
      {rows_scanned > 0 && <>, {sayCount(rows_scanned, "row")} read</>}
      {rows_skipped > 0 && <>, {sayCount(rows_skipped, "row")} ruled out by the index</>}
    </p>
  );
}

function Failures({ failures }: { failures: RunFailure[] }) {
  return (
    <div className="problem" role="alert">
      <p>
        <strong>{sayCount(failures.length, "run")} could not be read.</strong> {failures[0]?.problem.message}
      </p>
      <ul className="small">
        {failures.slice(0, kFailuresShown).map(({ dag_id, run_id, problem }) => (
          <li key={`${dag_id} ${run_id}`}>
            {dag_id ? (
              <Link to="/find" search={{ dag: dag_id, run: run_id }}>
                {dag_id} · {run_id}
              </Link>
            ) : (
              problem.message
            )}
          </li>
        ))}
        {failures.length > kFailuresShown && <li>and {failures.length - kFailuresShown} more</li>}
      </ul>
    </div>
  );
}

interface NothingProps {
  query: string;
  from: string | undefined;
  complete: boolean;
  hint: string | null;
}

function Nothing({ query, from, complete, hint }: NothingProps) {
  return (
    <div className="empty">
      <h2>Nothing found</h2>
      <p>
        {complete ? "No line, error or row" : "None of the rows that were read"}
        {from ? ` since ${from}` : ""} has <code>{query}</code>.
      </p>
      {hint && (
        <p>
          <PlainText text={hint} />
        </p>
      )}
      <ul className="small nothing-ways">
        <li>Fewer words find more: all of them must be in one line.</li>
        <li>A word is found inside longer ones; =word is not.</li>
        {from && <li>Search any time, not only the last days.</li>}
      </ul>
    </div>
  );
}
