/** A failed run with its diagnosis, which is asked for when the page opens and told as it is found. */
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo } from "react";
import type { DiagnosisPlace, RunKey, TaskAttempt } from "../api/client";
import type { Diagnosis } from "../api/diagnosis";
import { useDiagnosis } from "../api/diagnosis_stream";
import { ProblemNote } from "../parts/problem_note";
import { Advice, Prevention } from "./advice";
import { Alternatives, Checks, Facts, Gaps } from "./background";
import { Changes } from "./changes";
import { Claims, EvidenceList, Sources } from "./evidence";
import { EvidenceProvider } from "./evidence_context";
import { Explain } from "./explain";
import { Narrative } from "./narrative";
import { OtherWords } from "./other_words";
import { Takeaway } from "./takeaway";
import { Verdict } from "./verdict";
import { Verify } from "./verify";

interface Props {
  run: RunKey;
  place: DiagnosisPlace;
  attempts: TaskAttempt[];
  children: (diagnosis: Diagnosis | null) => ReactNode;
}

export function DiagnosedRun({ run, place, attempts, children }: Props) {
  const { story, id, again } = useDiagnosis(place, run);
  const { diagnosis, status, problem } = story;
  const refs = useMemo(() => new Map((diagnosis?.evidence_refs ?? []).map((ref) => [ref.ref, ref])), [diagnosis]);
  const evidence = useMemo(() => ({ run, attempts, refs }), [run, attempts, refs]);
  useStaleList(status === "done");
  const busy = status === "starting" || status === "telling";
  return (
    <EvidenceProvider value={evidence}>
      <div className="top-grid">
        <div className="stack">
          {diagnosis ? (
            <Verdict diagnosis={diagnosis} />
          ) : (
            <NoVerdictYet failed={status === "failed"} problem={problem} again={again} />
          )}
          {diagnosis && problem && (
            <ProblemNote error={problem} what="The diagnosis did not end as it should." retry={again} />
          )}
          {diagnosis && <Advice diagnosis={diagnosis} />}
        </div>
        <Narrative story={story} />
      </div>
      {children(diagnosis)}
      {diagnosis && (
        <>
          <div className="columns">
            <EvidenceList diagnosis={diagnosis} />
            <Changes changes={diagnosis.change_signals ?? []} />
          </div>
          <div className="masonry">
            <Claims title="Symptoms" id="symptoms-title" texts={diagnosis.symptoms} />
            <Facts diagnosis={diagnosis} />
            <Claims title="What made it worse" id="factors-title" texts={diagnosis.contributing_factors} />
            <Prevention diagnosis={diagnosis} />
            <Alternatives diagnosis={diagnosis} />
          </div>
          <Checks diagnosis={diagnosis} />
          <Gaps diagnosis={diagnosis} />
          <Sources refs={diagnosis.evidence_refs ?? []}>
            {id !== null && <Verify key={id} place={place} id={id} />}
          </Sources>
          <Explain place={place} run={run} />
          <OtherWords place={place} run={run} />
          <Takeaway run={run} />
          <p className="again">
            <button type="button" className="button" onClick={again} disabled={busy}>
              Diagnose again
            </button>
            <span className="quiet small">
              {diagnosis.from_dag_run_id
                ? "Shown from an earlier diagnosis of the same evidence."
                : "The same evidence gives the same diagnosis."}
            </span>
          </p>
        </>
      )}
    </EvidenceProvider>
  );
}

/** The list of runs shows causes: what it holds is old once there is a new one. */
function useStaleList(done: boolean) {
  const queries = useQueryClient();
  useEffect(() => {
    if (done) void queries.invalidateQueries({ queryKey: ["runs"], refetchType: "none" });
  }, [done, queries]);
}

function NoVerdictYet({ failed, problem, again }: { failed: boolean; problem: unknown; again: () => void }) {
  if (failed) {
    return (
      <section className="card verdict" aria-label="Verdict">
        <ProblemNote error={problem} what="There is no diagnosis." retry={again} />
      </section>
    );
  }
  return (
    <section className="card verdict verdict-wait" aria-label="Verdict" aria-busy="true">
      <h2>Looking for the cause…</h2>
      <div className="skeleton" />
      <div className="skeleton" />
      <div className="skeleton skeleton-short" />
    </section>
  );
}
