/** What a language model makes of the evidence, where the server has one: beside the diagnosis, which does not change. */
import { useMutation } from "@tanstack/react-query";
import type { DiagnosisPlace, RunKey } from "../api/client";
import type { Wording } from "../api/diagnosis";
import { askMore } from "../api/diagnosis_stream";
import { ProblemNote } from "../parts/problem_note";
import { sayCount } from "../text/states";
import { Claim } from "./claim";

export function OtherWords({ place, run }: { place: DiagnosisPlace; run: RunKey }) {
  const asked = useMutation({ mutationFn: () => askMore(place, run, { wording: true }) });
  return (
    <details
      className="card"
      onToggle={(event) => {
        if (event.currentTarget.open && asked.isIdle) asked.mutate();
      }}
    >
      <summary>
        <h2>In a language model's words</h2>{" "}
        <span className="quiet">asks the one that the server has, if it has one</span>
      </summary>
      {asked.isPending && <div className="skeleton" aria-busy="true" />}
      {asked.isError && (
        <ProblemNote error={asked.error} what="The model was not asked." retry={() => asked.mutate()} />
      )}
      {asked.data && <Words wording={asked.data.wording} />}
    </details>
  );
}

const kFields: Record<string, string> = { summary: "Summary", root_cause: "Cause", suggested_fix: "Fix" };

function Words({ wording }: { wording: Wording | undefined }) {
  if (wording?.status !== "worded") {
    return (
      <p role="status">
        There are no words of a model: {wording?.reason ?? "this server asks none"}. The diagnosis stands as it is.
      </p>
    );
  }
  const sentences = wording.sentences ?? [];
  const dropped = wording.dropped?.length ?? 0;
  const fields = [...new Set(sentences.map((sentence) => sentence.field))];
  return (
    <>
      {fields.map((field) => (
        <div key={field}>
          <h3>{kFields[field] ?? field}</h3>
          <p>
            {sentences
              .filter((sentence) => sentence.field === field)
              .map((sentence) => (
                <span key={sentence.text}>
                  <Claim text={sentence.text} />{" "}
                </span>
              ))}
          </p>
        </div>
      ))}
      <p className="small quiet">
        By {wording.model}. Each sentence was held against the records that it cites
        {dropped > 0 && `; ${sayCount(dropped, "sentence")} did not stand and ${dropped === 1 ? "is" : "are"} left out`}
        .
      </p>
    </>
  );
}
