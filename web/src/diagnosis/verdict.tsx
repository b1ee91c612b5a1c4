/** The answer: what broke, why, how sure. */
import type { Diagnosis } from "../api/diagnosis";
import { sayCode } from "../text/states";
import { Claim } from "./claim";

const kTransience: Record<string, string> = {
  PERMANENT: "will not heal by a retry",
  TRANSIENT: "may heal by a retry",
  INTERMITTENT: "comes and goes",
};
const kEvidence: Record<string, string> = {
  confirmed: "confirmed",
  hypothesis: "hypothesis, not proven",
  insufficient_evidence: "not enough evidence",
};

export function Verdict({ diagnosis }: { diagnosis: Diagnosis }) {
  const { title, summary, root_cause, confidence, confidence_justification } = diagnosis;
  return (
    <section className="card verdict" aria-labelledby="verdict-title">
      <h2 id="verdict-title">
        <Claim text={title} />
      </h2>
      <Ratings diagnosis={diagnosis} />
      <p className="verdict-summary">
        <Claim text={summary} />
      </p>
      {root_cause && (
        <div className="verdict-cause">
          <h3>Cause</h3>
          <p>
            <Claim text={root_cause} />
          </p>
        </div>
      )}
      {confidence !== undefined && (
        <details className="why">
          <summary>
            <Confidence value={confidence} /> {Math.round(confidence * 100)} % sure
            {diagnosis.evidence_status && <>, {kEvidence[diagnosis.evidence_status] ?? diagnosis.evidence_status}</>}:
            why
          </summary>
          <ul className="signals">
            {cutSignals(confidence_justification ?? "").map((signal) => (
              <li key={signal} className={signal.startsWith("−") || signal.startsWith("-") ? "signal-against" : ""}>
                {signal}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

/** `+ one; + two; − three.` as its parts. */
export const cutSignals = (text: string) =>
  text
    .split(/;\s+(?=[+−-])/)
    .map((part) => part.trim())
    .filter(Boolean);

function Ratings({ diagnosis }: { diagnosis: Diagnosis }) {
  const { root_cause_type, severity, priority, transience } = diagnosis;
  return (
    <ul className="ratings" aria-label="Rating">
      {root_cause_type && (
        <li className="chip chip-code" title={sayCode(root_cause_type)}>
          <code>{root_cause_type}</code>
        </li>
      )}
      {severity && <li className={`chip severity-${severity}`}>Severity {severity}</li>}
      {priority && <li className="chip">Priority {priority}</li>}
      {transience && (
        <li className="chip">
          {transience.toLowerCase()}
          {kTransience[transience] && <span className="quiet"> · {kTransience[transience]}</span>}
        </li>
      )}
    </ul>
  );
}

function Confidence({ value }: { value: number }) {
  return (
    <svg className="confidence" width="64" height="8" aria-hidden="true">
      <rect className="confidence-all" width="64" height="8" rx="4" />
      <rect className="confidence-is" width={Math.max(4, 64 * value)} height="8" rx="4" />
    </svg>
  );
}
