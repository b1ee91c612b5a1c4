/** Every rule that fired and what the confidence is made of: asked for by those who want to know. */
import { useMutation } from "@tanstack/react-query";
import type { DiagnosisPlace, RunKey } from "../api/client";
import type { Diagnosis } from "../api/diagnosis";
import { askMore } from "../api/diagnosis_stream";
import { ProblemNote } from "../parts/problem_note";
import { ScrollBox } from "../parts/scroll_box";
import { Refs } from "./claim";
import { useEvidence } from "./evidence_context";

export function Explain({ place, run }: { place: DiagnosisPlace; run: RunKey }) {
  const explained = useMutation({ mutationFn: () => askMore(place, run, { explain: true }) });
  return (
    <details
      className="card"
      onToggle={(event) => {
        if (event.currentTarget.open && explained.isIdle) explained.mutate();
      }}
    >
      <summary>
        <h2>How it was decided</h2> <span className="quiet">every rule that fired, with its weight</span>
      </summary>
      {explained.isPending && <div className="skeleton" aria-busy="true" />}
      {explained.isError && (
        <ProblemNote error={explained.error} what="It could not be explained." retry={() => explained.mutate()} />
      )}
      {explained.data && <Decision diagnosis={explained.data} />}
    </details>
  );
}

function Decision({ diagnosis }: { diagnosis: Diagnosis }) {
  const { refs } = useEvidence();
  const rules = diagnosis.rules_fired ?? [];
  const signals = diagnosis.confidence_signals ?? [];
  return (
    <>
      {signals.length > 0 && (
        <>
          <h3>Confidence</h3>
          <ul className="signals">
            {signals.map(({ signal, weight }) => (
              <li key={signal} className={weight < 0 ? "signal-against" : ""}>
                <span className="mono">{sayWeight(weight)}</span> {signal}
              </li>
            ))}
          </ul>
        </>
      )}
      <h3>Rules</h3>
      {rules.length === 0 && <p className="quiet">No rule fired: the cause was told by states and events alone.</p>}
      {rules.length > 0 && (
        <ScrollBox label="Rules that fired">
          <table>
            <thead>
              <tr>
                <th scope="col">Rule</th>
                <th scope="col">Code</th>
                <th scope="col" className="number">
                  Score
                </th>
                <th scope="col" className="number">
                  Weight
                </th>
                <th scope="col">Why</th>
              </tr>
            </thead>
            <tbody>
              {rules.map((rule) => (
                <tr key={`${rule.rule} ${rule.code} ${rule.ref} ${rule.task_id} ${rule.why}`}>
                  <th scope="row">
                    <code>{rule.rule}</code>
                  </th>
                  <td>
                    <code>{rule.code}</code>
                  </td>
                  <td className="number">{rule.score.toFixed(2)}</td>
                  <td className="number">{rule.weight.toFixed(2)}</td>
                  <td>
                    {rule.why} {rule.ref && <Refs names={[rule.ref]} known={refs} />}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
    </>
  );
}

const sayWeight = (weight: number) => `${weight < 0 ? "−" : "+"}${Math.abs(weight).toFixed(2)}`;
