/** What to do now, and so that it does not come back; commands to copy. */
import type { Diagnosis } from "../api/diagnosis";
import { CopyButton } from "../parts/copy_button";
import { TextBox } from "../parts/scroll_box";
import { type AdviceBlock, cutAdvice } from "../text/advice";
import { Claim } from "./claim";

export function Advice({ diagnosis }: { diagnosis: Diagnosis }) {
  const { suggested_fix, remediation, vendor_remediation } = diagnosis;
  if (!suggested_fix && !remediation) return null;
  return (
    <section className="card advice" aria-labelledby="advice-title">
      <h2 id="advice-title">What to do</h2>
      <div className="columns">
        {suggested_fix && <Part title="Fix" text={suggested_fix} />}
        {remediation && <Part title="Step by step" text={remediation} />}
        {vendor_remediation && (
          <Part title={diagnosis.root_cause_type ? "At the vendor" : "Vendor"} text={vendor_remediation} />
        )}
      </div>
    </section>
  );
}

function Part({ title, text }: { title: string; text: string }) {
  const blocks = cutAdvice(text);
  const isSteps = blocks.length > 1 && blocks.every((block) => block.step !== null || block.text === "");
  let at = 0;
  return (
    <div className="advice-part">
      <header className="card-head">
        <h3>{title}</h3>
        <CopyButton text={text} label={`Copy ${title.toLowerCase()}`} />
      </header>
      {isSteps ? (
        <ol>
          {blocks.map((block) => (
            <li key={at++} value={block.step ?? undefined}>
              <Block block={block} />
            </li>
          ))}
        </ol>
      ) : (
        blocks.map((block) => (
          <div key={at++} className="advice-block">
            <Block block={block} />
          </div>
        ))
      )}
    </div>
  );
}

function Block({ block }: { block: AdviceBlock }) {
  return (
    <>
      {block.text && (
        <p>
          <Claim text={block.text} />
        </p>
      )}
      {block.command !== null && (
        <div className="command">
          <TextBox className="">{block.command}</TextBox>
          <CopyButton text={block.command} label="Copy command" />
        </div>
      )}
    </>
  );
}

export function Prevention({ diagnosis }: { diagnosis: Diagnosis }) {
  const measures = diagnosis.prevention_measures ?? [];
  if (measures.length === 0) return null;
  return (
    <section className="card" aria-labelledby="prevention-title">
      <h2 id="prevention-title">So that it does not come back</h2>
      <ul className="plain">
        {measures.map(({ measure, why, effort }) => (
          <li key={measure}>
            <p>{measure}</p>
            <p className="small quiet">
              {why && <>because {why}</>}
              {why && effort && " · "}
              {effort && <>effort: {effort}</>}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
