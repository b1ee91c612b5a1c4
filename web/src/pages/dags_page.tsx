/** Every DAG with its last run. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { dagsQuery, meQuery } from "../api/queries";
import { StateMark } from "../parts/marks";
import { ProblemNote } from "../parts/problem_note";
import { ScrollBox } from "../parts/scroll_box";
import { TimeText } from "../parts/time_text";
import { useTitle } from "../parts/use_title";
import { sayCount } from "../text/states";

export function DagsPage() {
  useTitle("DAGs");
  const dags = useQuery(dagsQuery);
  const { data: me } = useQuery(meQuery);
  const [typed, setTyped] = useState("");
  const all = dags.data?.items ?? [];
  const shown = all.filter((dag) => dag.dag_id.toLowerCase().includes(typed.trim().toLowerCase()));
  return (
    <>
      <div className="page-head">
        <h1>DAGs</h1>
        <span className="quiet" role="status">
          {dags.data &&
            sayCount(
              typed ? shown.length : dags.data.total,
              typed ? "DAG matches" : "DAG",
              typed ? "DAGs match" : "DAGs",
            )}
          {dags.data && dags.data.total > all.length && `, the first ${all.length} are listed`}
        </span>
      </div>
      {dags.isError && (
        <ProblemNote error={dags.error} what="The DAGs could not be read." retry={() => void dags.refetch()} />
      )}
      {dags.isPending && <div className="skeleton skeleton-tall" aria-busy="true" />}
      {dags.isSuccess && all.length === 0 && (
        <div className="empty">
          <p>No DAG is on record yet.</p>
        </div>
      )}
      {all.length > 0 && (
        <>
          <label className="filter-dag dags-filter">
            Name
            <input type="search" value={typed} placeholder="any" onChange={(event) => setTyped(event.target.value)} />
          </label>
          <div className="card">
            <ScrollBox label="DAGs">
              <table className="dags">
                <thead>
                  <tr>
                    <th scope="col">DAG</th>
                    <th scope="col">Last run</th>
                    <th scope="col">Started (UTC)</th>
                    <th scope="col">Last success (UTC)</th>
                    <th scope="col" className="number">
                      Runs
                    </th>
                    <th scope="col" className="number">
                      Failed
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {shown.map((dag) => {
                    const deployment = dag.deployment_id === me?.deployment_id ? undefined : dag.deployment_id;
                    return (
                      <tr key={`${dag.deployment_id} ${dag.dag_id}`}>
                        <th scope="row">
                          <Link to="/dags/$dagId" params={{ dagId: dag.dag_id }} search={{ deployment }}>
                            {dag.dag_id}
                          </Link>
                          {deployment && <span className="quiet small"> in {deployment}</span>}
                        </th>
                        <td>
                          {dag.last_run ? (
                            <StateMark state={dag.last_run.state} />
                          ) : (
                            <span className="quiet">none</span>
                          )}
                        </td>
                        <td>
                          <TimeText time={dag.last_run?.started_at} />
                        </td>
                        <td>
                          <TimeText time={dag.last_success_at} />
                        </td>
                        <td className="number">{dag.runs.toLocaleString("en-US")}</td>
                        <td className={`number ${dag.failed_runs > 0 ? "count-bad" : ""}`}>
                          {dag.failed_runs.toLocaleString("en-US")}
                        </td>
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            </ScrollBox>
          </div>
        </>
      )}
    </>
  );
}
