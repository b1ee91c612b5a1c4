/** Reads the cited records again and says whether they still are what the diagnosis rests on. */
import { useMutation } from "@tanstack/react-query";
import { type DiagnosisPlace, type Verification, verifyDiagnosis } from "../api/client";
import { Icon } from "../parts/icon";
import { ProblemNote } from "../parts/problem_note";
import { sayCount } from "../text/states";
import { anchorOf } from "./ref_target";

export function Verify({ place, id }: { place: DiagnosisPlace; id: string }) {
  const check = useMutation({ mutationFn: () => verifyDiagnosis(place, id) });
  return (
    <>
      <button type="button" className="button button-small" onClick={() => check.mutate()} disabled={check.isPending}>
        {check.isPending ? "Reading them again…" : "Verify"}
      </button>
      <span role="status" className="verify-said">
        {check.data && <Outcome answer={check.data} />}
      </span>
      {check.isError && (
        <ProblemNote error={check.error} what="The records were not verified." retry={() => check.mutate()} />
      )}
    </>
  );
}

function Outcome({ answer }: { answer: Verification }) {
  const wrong = answer.refs.filter((ref) => !ref.ok);
  if (wrong.length === 0) {
    return (
      <span className="tone-good verify-good">
        <Icon shape="check" /> {sayCount(answer.refs.length, "record")} read again: each is what was cited, byte by
        byte.
      </span>
    );
  }
  return (
    <span className="tone-bad verify-bad">
      <Icon shape="cross" /> {wrong.length} of {sayCount(answer.refs.length, "record")} no longer{" "}
      {wrong.length === 1 ? "holds" : "hold"}:{" "}
      {wrong.map((ref) => (
        <span key={ref.ref}>
          <a href={`#${anchorOf(ref.ref)}`}>{ref.ref}</a> {ref.reason}.{" "}
        </span>
      ))}
    </span>
  );
}
