/** What a check of the rules found: their faults, or what they would change. */
import { Link } from "@tanstack/react-router";
import type { GuidanceCheck } from "../api/guidance";
import type { Fault } from "../api/problem";
import { Icon } from "../parts/icon";
import { ScrollBox } from "../parts/scroll_box";
import { sayCount } from "../text/states";

export function Faults({ faults, show }: { faults: Fault[]; show: (line: number) => void }) {
  let at = 0;
  return (
    <div className="problem" role="alert">
      <p>
        <strong>{sayCount(faults.length, "fault")}. Nothing was kept; the rules that stood before still count.</strong>
      </p>
      <ul className="plain faults">
        {faults.map((fault) => (
          <li key={at++}>
            {fault.line !== null && (
              <button type="button" className="button button-small" onClick={() => show(fault.line ?? 1)}>
                Line {fault.line}
              </button>
            )}{" "}
            {fault.message}
            {fault.wayOut && <div className="small quiet">{fault.wayOut}</div>}
          </li>
        ))}
      </ul>
    </div>
  );
}

export function Trial({ trial }: { trial: GuidanceCheck }) {
  const { rules, tried, gone, left_out, changes } = trial;
  return (
    <section className="card" aria-labelledby="trial-title">
      <h2 id="trial-title">
        <span className="tone-good trial-good">
          <Icon shape="check" />
        </span>{" "}
        {rules === 0 ? "No rules" : `${sayCount(rules, "rule")}, no fault`}
      </h2>
      <p>
        {tried === 0
          ? "There is no past diagnosis to try them on."
          : changes.length === 0
            ? `Tried on the last ${sayCount(tried, "diagnosis", "diagnoses")}: none would come to another code.`
            : `Tried on the last ${sayCount(tried, "diagnosis", "diagnoses")}: ${changes.length} would come to another code.`}
        {gone > 0 && <> {sayCount(gone, "run is", "runs are")} no longer recorded.</>}
        {left_out > 0 && <> {sayCount(left_out, "diagnosis was", "diagnoses were")} left out for lack of time.</>}
      </p>
      {changes.length > 0 && (
        <ScrollBox label="What would change">
          <table>
            <thead>
              <tr>
                <th scope="col">Run</th>
                <th scope="col">Now</th>
                <th scope="col">With these rules</th>
              </tr>
            </thead>
            <tbody>
              {changes.map((change) => (
                <tr key={change.diagnosis_run_id}>
                  <th scope="row">
                    <Link to="/find" search={{ dag: change.dag_id, run: change.run_id }}>
                      {change.dag_id} <span className="mono small">{change.run_id}</span>
                    </Link>
                    {change.task_id && <span className="small quiet"> {change.task_id}</span>}
                  </th>
                  <td>
                    <del>
                      <code>{change.from}</code>
                    </del>
                  </td>
                  <td>
                    <ins>
                      <code>{change.to}</code>
                    </ins>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
    </section>
  );
}
