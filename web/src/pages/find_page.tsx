/** Leads to a run, or a line in its log, by names alone: other DAGs' runs are cited without their date. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, Navigate } from "@tanstack/react-router";
import { findRunQuery, meQuery } from "../api/queries";
import { PlainText } from "../parts/plain_text";
import { ProblemNote } from "../parts/problem_note";
import { useTitle } from "../parts/use_title";

const route = getRouteApi("/find");

export function FindPage() {
  useTitle("Find a run");
  const { dag = "", run = "", phase, attempt, row } = route.useSearch();
  const me = useQuery(meQuery);
  const found = useQuery(findRunQuery(dag, run));
  if (found.isError)
    return (
      <ProblemNote error={found.error} what="The run could not be looked up." retry={() => void found.refetch()} />
    );
  if (!found.data || !me.data) return <p aria-busy="true">Looking for {run}…</p>;
  const item = found.data.items[0];
  if (!item) {
    return (
      <div className="narrow">
        <h1>No such run</h1>
        <p>
          Run <code>{run}</code> of <code>{dag}</code> is not among the records.{" "}
          {found.data.hint && <PlainText text={`${found.data.hint}.`} />}
        </p>
        <Link to="/" search={dag ? { dag } : {}} className="button">
          {dag ? `Runs of ${dag}` : "All runs"}
        </Link>
      </div>
    );
  }
  const params = { dagId: item.dag_id, date: item.date, runId: item.run_id };
  const deployment = item.deployment_id === me.data.deployment_id ? undefined : item.deployment_id;
  if (phase === undefined)
    return <Navigate to="/dags/$dagId/runs/$date/$runId" params={params} search={{ deployment }} replace />;
  return (
    <Navigate
      to="/dags/$dagId/runs/$date/$runId/logs/$phase"
      params={{ ...params, phase }}
      search={{ attempt, row, deployment }}
      replace
    />
  );
}
