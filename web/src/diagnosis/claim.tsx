/** A sentence of the diagnosis; each `[ref]` in it is a link to what proves it. */
import { Link } from "@tanstack/react-router";
import type { EvidenceRef } from "../api/diagnosis";
import { cutText } from "../text/rich_text";
import { useEvidence } from "./evidence_context";
import { targetOf } from "./ref_target";

/** `markup` only for the narrative; claims quote logs, whose stars and backticks are theirs. */
export function Claim({ text, markup = false }: { text: string; markup?: boolean }) {
  const { refs } = useEvidence();
  let at = 0;
  return cutText(text, markup).map((piece) => {
    const key = at++;
    if (piece.kind === "strong") return <strong key={key}>{piece.text}</strong>;
    if (piece.kind === "code") return <code key={key}>{piece.text}</code>;
    if (piece.kind === "refs") return <Refs key={key} names={piece.refs} known={refs} />;
    return <span key={key}>{piece.text}</span>;
  });
}

export function Refs({ names, known }: { names: string[]; known: Map<string, EvidenceRef> }) {
  return (
    <span className="refs">
      {names.map((name) => {
        const ref = known.get(name);
        return ref ? <RefLink key={name} evidence={ref} /> : <span key={name}>[{name}]</span>;
      })}
    </span>
  );
}

const kKinds: Record<EvidenceRef["kind"], string> = {
  log: "log line",
  error: "error record",
  data: "data row",
  audit: "audit entry",
  history: "history",
  code: "source code",
};

export function describeRef(ref: EvidenceRef): string {
  const words = [kKinds[ref.kind] ?? ref.kind];
  if (ref.task_id) words.push(`of ${ref.task_id}`);
  if (ref.attempt !== undefined) words.push(`attempt ${ref.attempt}`);
  if (ref.row !== undefined && (ref.kind === "log" || ref.kind === "error")) words.push(`row ${ref.row}`);
  return words.join(", ").replace(", of", " of");
}

export function RefLink({ evidence, long = false }: { evidence: EvidenceRef; long?: boolean }) {
  const { run, attempts } = useEvidence();
  const target = targetOf(evidence, run, attempts);
  const label = `${evidence.ref}: ${describeRef(evidence)}`;
  const inner = long ? describeRef(evidence) : evidence.ref;
  const title = `${label}\n${evidence.text.slice(0, 300)}`;
  const about = { className: long ? "" : "ref", "data-ref": evidence.ref, title, "aria-label": label };
  if (target.kind === "source") {
    if (long) return <span title={title}>{inner}</span>;
    return (
      <a {...about} href={`#${target.anchor}`}>
        {inner}
      </a>
    );
  }
  const place = { attempt: target.attempt, row: target.row };
  if (target.kind === "other_run") {
    return (
      <Link {...about} to="/find" search={{ dag: target.dag, run: target.run, phase: target.phase, ...place }}>
        {inner}
      </Link>
    );
  }
  const { dagId, date, runId, deployment } = run;
  return (
    <Link
      {...about}
      to="/dags/$dagId/runs/$date/$runId/logs/$phase"
      params={{ dagId, date, runId, phase: target.phase }}
      search={{ ...place, deployment }}
    >
      {inner}
    </Link>
  );
}
