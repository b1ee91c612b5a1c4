/** An organization's own rules of diagnosis: written, checked, tried on past runs, then saved. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import { checkGuidance, type Guidance, putGuidance } from "../api/guidance";
import { type Fault, ProblemError } from "../api/problem";
import { guidanceQuery, meQuery } from "../api/queries";
import { kExample } from "../guidance/example";
import { faultyLines, rangeOfLine, sortFaults } from "../guidance/lines";
import { Faults, Trial } from "../guidance/outcome";
import { RuleEditor } from "../guidance/rule_editor";
import { LeaveGuard } from "../parts/leave_guard";
import { ProblemNote } from "../parts/problem_note";
import { TimeText } from "../parts/time_text";
import { useTitle } from "../parts/use_title";
import { sayCount } from "../text/states";

export function GuidancePage() {
  useTitle("Rules");
  const guidance = useQuery(guidanceQuery);
  const me = useQuery(meQuery);
  return (
    <>
      <div className="page-head">
        <h1>Rules of your own</h1>
      </div>
      {guidance.isError && (
        <ProblemNote error={guidance.error} what="The rules could not be read." retry={() => void guidance.refetch()} />
      )}
      {(guidance.isPending || me.isPending) && !guidance.isError && (
        <div className="skeleton skeleton-tall" aria-busy="true" />
      )}
      {guidance.data && me.data && (
        <Workbench
          saved={guidance.data}
          maySave={me.data.permissions.includes("admin.guidance")}
          mayCheck={me.data.permissions.includes("diagnosis.run")}
        />
      )}
    </>
  );
}

const kLineHeight = 20;
const faultsOf = (error: unknown): Fault[] => (error instanceof ProblemError ? sortFaults(error.errors) : []);

interface Props {
  saved: Guidance;
  maySave: boolean;
  mayCheck: boolean;
}

function Workbench({ saved, maySave, mayCheck }: Props) {
  const queries = useQueryClient();
  const box = useRef<HTMLTextAreaElement>(null);
  /** Null: as saved. With the version that it was begun from. */
  const [draft, setDraft] = useState<{ text: string; from: number } | null>(null);
  const check = useMutation({ mutationFn: checkGuidance });
  const save = useMutation({
    mutationFn: putGuidance,
    onSuccess: (next) => {
      queries.setQueryData(guidanceQuery.queryKey, next);
      setDraft(null);
      check.reset();
    },
  });
  const text = draft?.text ?? saved.yaml;
  const dirty = text !== saved.yaml;
  const checked = check.isSuccess && check.variables === text;
  const answered = save.isError ? save : check;
  const faults = useMemo(
    () => (answered.variables === text ? faultsOf(answered.error) : []),
    [answered.variables, answered.error, text],
  );
  const faulty = useMemo(() => faultyLines(faults), [faults]);
  const busy = check.isPending || save.isPending;
  const change = (next: string) => {
    if (!save.isIdle) save.reset();
    setDraft({ text: next, from: draft?.from ?? saved.version });
  };
  const show = (line: number) => {
    const area = box.current;
    if (!area) return;
    const { from, to } = rangeOfLine(text, line);
    area.focus();
    area.setSelectionRange(from, to);
    area.scrollTop = Math.max(0, (line - 5) * kLineHeight);
  };
  return (
    <>
      <LeaveGuard dirty={dirty} what="The rules have changes that were not saved." />
      <p id="editor-about" className="editor-about">
        A rule says which words mean which cause, and what to do then. On the same words yours beat the built-in ones.
        Check lists every fault and tries good rules on past runs; only saved rules count.
      </p>
      <section className="card" aria-labelledby="rules-title">
        <header className="card-head">
          <h2 id="rules-title">{saved.version === 0 ? "No rules yet" : `Version ${saved.version}`}</h2>
          <span className="quiet small">
            {saved.version > 0 && (
              <>
                {sayCount(saved.rules, "rule")}, saved <TimeText time={saved.updated_at} /> UTC
                {saved.updated_by && <> by {saved.updated_by}</>}
              </>
            )}
          </span>
          {dirty && <span className="chip tone-warn">changed, not saved</span>}
        </header>
        {draft !== null && draft.from !== saved.version && (
          <p className="tone-warn newer" role="status">
            Version {saved.version} was saved meanwhile. Saving this text replaces it.
          </p>
        )}
        <RuleEditor box={box} text={text} change={change} faulty={faulty} readOnly={!maySave && !mayCheck} />
        <div className="editor-tools">
          <button
            type="button"
            className="button"
            disabled={busy || !mayCheck}
            onClick={() => {
              save.reset();
              check.mutate(text);
            }}
          >
            {check.isPending ? "Checking and trying…" : "Check and try"}
          </button>
          <button
            type="button"
            className="button button-main"
            disabled={busy || !maySave || !dirty || !checked}
            onClick={() => save.mutate(text)}
          >
            {save.isPending ? "Saving…" : "Save"}
          </button>
          {dirty && (
            <button type="button" className="button" disabled={busy} onClick={() => setDraft(null)}>
              Back to what is saved
            </button>
          )}
          {text.trim() === "" && (
            <button type="button" className="button" onClick={() => change(kExample)}>
              Start from an example
            </button>
          )}
          <span role="status" className="small quiet">
            {sayState({ dirty, checked, maySave, mayCheck, saved: save.isSuccess ? save.data.version : null })}
          </span>
        </div>
      </section>
      {answered.isError && faults.length > 0 && <Faults faults={faults} show={show} />}
      {answered.isError && faultsOf(answered.error).length === 0 && (
        <ProblemNote
          error={answered.error}
          what={save.isError ? "The rules were not saved." : "They were not checked."}
        />
      )}
      {checked && check.data && <Trial trial={check.data} />}
    </>
  );
}

interface State {
  dirty: boolean;
  checked: boolean;
  maySave: boolean;
  mayCheck: boolean;
  saved: number | null;
}

function sayState({ dirty, checked, maySave, mayCheck, saved }: State): string {
  if (!maySave && !mayCheck) return "You may read these rules, not change them.";
  if (!maySave) return "You may try rules; saving needs the permission admin.guidance.";
  if (!dirty && saved !== null) return `Saved: version ${saved} counts for every diagnosis from now on.`;
  if (dirty && !checked) return "Check before saving.";
  return "";
}
