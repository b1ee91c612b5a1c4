/** What surrounds the verdict: history, checks, other explanations, and what could not be found out. */
import { Link } from "@tanstack/react-router";
import type { Diagnosis } from "../api/diagnosis";
import { ScrollBox } from "../parts/scroll_box";
import { TimeText } from "../parts/time_text";
import { sayCount } from "../text/states";
import { Refs } from "./claim";
import { useEvidence } from "./evidence_context";

export function Facts({ diagnosis }: { diagnosis: Diagnosis }) {
  const { failure_onset_date, last_success_date, match_count, blast_radius } = diagnosis;
  return (
    <section className="card" aria-labelledby="facts-title">
      <h2 id="facts-title">Since when, how far</h2>
      <dl className="facts">
        <dt>First failed so</dt>
        <dd>
          <TimeText time={failure_onset_date} />
        </dd>
        <dt>Last good run</dt>
        <dd>
          <TimeText time={last_success_date} />
        </dd>
        {match_count !== undefined && (
          <>
            <dt>Seen</dt>
            <dd>{sayCount(match_count, "time")}</dd>
          </>
        )}
        {blast_radius?.downstream_tasks !== undefined && (
          <>
            <dt>Reach</dt>
            <dd>
              {sayCount(blast_radius.downstream_tasks, "task")} behind it
              {blast_radius.fraction_of_dag !== undefined && (
                <>, {Math.round(blast_radius.fraction_of_dag * 100)} % of the DAG</>
              )}
            </dd>
          </>
        )}
        {(blast_radius?.affected_dags?.length ?? 0) > 1 && (
          <>
            <dt>DAGs</dt>
            <dd>{blast_radius?.affected_dags?.join(", ")}</dd>
          </>
        )}
      </dl>
      <RelatedRuns diagnosis={diagnosis} />
    </section>
  );
}

function RelatedRuns({ diagnosis }: { diagnosis: Diagnosis }) {
  const findings = diagnosis.child_dag_findings ?? [];
  const similar = diagnosis.similar_runs ?? [];
  return (
    <>
      {findings.length > 0 && (
        <>
          <h3>Other DAGs</h3>
          <ul className="plain">
            {findings.map((each) => (
              <li key={`${each.dag_id} ${each.run_id} ${each.relation}`}>
                <Link to="/find" search={{ dag: each.dag_id, run: each.run_id }}>
                  {each.dag_id}
                </Link>{" "}
                {each.relation}: {each.finding}
              </li>
            ))}
          </ul>
        </>
      )}
      {similar.length > 0 && (
        <>
          <h3>Runs that failed the same way</h3>
          <ul className="plain">
            {similar.map((each) => (
              <li key={`${each.dag_id} ${each.run_id}`}>
                <Link to="/find" search={{ dag: each.dag_id, run: each.run_id }} className="mono small">
                  {each.dag_id} · {each.run_id}
                </Link>
                {each.outcome && <div className="small quiet">{each.outcome}</div>}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

const kCheckWords = { pass: "in order", warn: "worth a look", fail: "at fault", skipped: "not checked" };
const kCheckTones = { pass: "good", warn: "warn", fail: "bad", skipped: "quiet" };

export function Checks({ diagnosis }: { diagnosis: Diagnosis }) {
  const { refs } = useEvidence();
  const checks = diagnosis.dag_level_checks ?? [];
  if (checks.length === 0) return null;
  const order = ["fail", "warn", "pass", "skipped"];
  const sorted = [...checks].sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  const bad = checks.filter((check) => check.status === "fail" || check.status === "warn").length;
  return (
    <details className="card">
      <summary>
        <h2>Checks of the DAG</h2>{" "}
        <span className="quiet">
          {bad > 0 ? `${bad} of ${checks.length} worth a look` : `all ${checks.length} in order`}
        </span>
      </summary>
      <ul className="plain checks">
        {sorted.map((check) => (
          <li key={check.check}>
            <span className={`chip tone-${kCheckTones[check.status] ?? "quiet"}`}>
              {kCheckWords[check.status] ?? check.status}
            </span>{" "}
            <strong>{check.check.replaceAll("_", " ")}</strong> <span className="quiet">{check.detail}</span>{" "}
            {check.refs && <Refs names={check.refs} known={refs} />}
          </li>
        ))}
      </ul>
    </details>
  );
}

export function Alternatives({ diagnosis }: { diagnosis: Diagnosis }) {
  const alternatives = diagnosis.alternatives ?? [];
  if (alternatives.length === 0) return null;
  return (
    <section className="card" aria-labelledby="alternatives-title">
      <h2 id="alternatives-title">What else it could be, and why not</h2>
      <ul className="plain">
        {alternatives.map(({ root_cause_type, confidence, why_not }) => (
          <li key={root_cause_type}>
            <code>{root_cause_type}</code> <span className="quiet">{Math.round(confidence * 100)} %</span>
            {why_not && <p className="small">{why_not}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Gaps({ diagnosis }: { diagnosis: Diagnosis }) {
  const gaps = diagnosis.evidence_gaps ?? [];
  if (gaps.length === 0) return null;
  return (
    <details className="card">
      <summary>
        <h2>What could not be found out</h2> <span className="quiet">{sayCount(gaps.length, "field")}</span>
      </summary>
      <ScrollBox label="Gaps">
        <table>
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Why</th>
              <th scope="col">What would help</th>
            </tr>
          </thead>
          <tbody>
            {gaps.map((gap) => (
              <tr key={gap.field}>
                <th scope="row">
                  <code>{gap.field}</code>
                </th>
                <td>{gap.reason}</td>
                <td>{gap.would_help}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </details>
  );
}
