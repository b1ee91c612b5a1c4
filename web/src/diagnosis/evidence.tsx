/** Proof: each line ends with a link to the record that it rests on. */
import type { ReactNode } from "react";
import type { Diagnosis, EvidenceRef } from "../api/diagnosis";
import { TextBox } from "../parts/scroll_box";
import { TimeText } from "../parts/time_text";
import { stripAnsi } from "../text/ansi";
import { Claim, RefLink } from "./claim";
import { anchorOf } from "./ref_target";

export function EvidenceList({ diagnosis }: { diagnosis: Diagnosis }) {
  const evidence = diagnosis.evidence ?? [];
  const snippet = diagnosis.log_snippet;
  return (
    <section className="card" aria-labelledby="evidence-title">
      <h2 id="evidence-title">Evidence</h2>
      {evidence.length === 0 && <p className="quiet">Nothing that was recorded proves a cause.</p>}
      <ul className="evidence" aria-label="Evidence">
        {evidence.map((text) => (
          <li key={text}>
            <Claim text={stripAnsi(text)} />
          </li>
        ))}
      </ul>
      {snippet && (
        <>
          <h3>The line itself</h3>
          <TextBox>
            <Claim text={stripAnsi(snippet)} />
          </TextBox>
        </>
      )}
    </section>
  );
}

export function Claims({ title, id, texts }: { title: string; id: string; texts: string[] | undefined }) {
  if (!texts || texts.length === 0) return null;
  return (
    <section className="card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <ul className="evidence">
        {texts.map((text) => (
          <li key={text}>
            <Claim text={stripAnsi(text)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Every record that the diagnosis cites, with its own bytes. */
export function Sources({ refs, children }: { refs: EvidenceRef[]; children: ReactNode }) {
  if (refs.length === 0) return null;
  return (
    <section className="card sources" aria-labelledby="sources-title">
      <header className="card-head">
        <h2 id="sources-title">Sources</h2>
        {children}
      </header>
      <ul className="plain">
        {refs.map((ref) => (
          <li key={ref.ref} id={anchorOf(ref.ref)} tabIndex={-1}>
            <div className="source-head">
              <strong className="mono">{ref.ref}</strong> <RefLink evidence={ref} long />
              {ref.ts && (
                <span className="small quiet">
                  <TimeText time={ref.ts} />
                </span>
              )}
            </div>
            <TextBox>{stripAnsi(ref.text)}</TextBox>
          </li>
        ))}
      </ul>
    </section>
  );
}
