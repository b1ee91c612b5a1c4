/** What changed before it began to fail: before → after. */
import type { ChangeSignal } from "../api/diagnosis";
import { TimeText } from "../parts/time_text";
import { sayDuration } from "../text/time";
import { changedMembers, sayLead } from "./change_text";
import { Refs } from "./claim";
import { useEvidence } from "./evidence_context";

export function Changes({ changes }: { changes: ChangeSignal[] }) {
  const { refs } = useEvidence();
  return (
    <section className="card" aria-labelledby="changes-title">
      <h2 id="changes-title">What changed before</h2>
      {changes.length === 0 && (
        <p className="quiet">
          No change of a connection, variable, pool, package or DAG version is on record before it.
        </p>
      )}
      <ul className="plain changes">
        {changes.map((change) => (
          <li key={`${change.ts} ${change.kind} ${change.resource}`}>
            <p>
              <span className="chip">{change.kind.replaceAll("_", " ")}</span> <strong>{change.resource}</strong>
              {change.actor && <span className="quiet"> by {change.actor}</span>}{" "}
              {change.refs && <Refs names={change.refs} known={refs} />}
            </p>
            <p className="small quiet">
              <TimeText time={change.ts} /> UTC
              {change.hours_before_onset !== undefined && <> · {sayLead(change.hours_before_onset, sayDuration)}</>}
              {change.score !== undefined && <> · {Math.round(change.score * 100)} % to do with it</>}
            </p>
            <dl className="diff">
              {changedMembers(change.before, change.after).map((member) => (
                <div key={member.name}>
                  <dt>{member.name || "value"}</dt>
                  <dd>
                    <del>{member.before ?? "(none)"}</del> <span aria-hidden="true">→</span>{" "}
                    <ins>{member.after ?? "(none)"}</ins>
                  </dd>
                </div>
              ))}
            </dl>
            {change.why && <p className="small">{change.why}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
