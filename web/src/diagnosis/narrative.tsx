/** How it was found, sentence by sentence, as it is found. */
import type { Story } from "../api/diagnosis_story";
import { Claim } from "./claim";

const kStatus: Record<Story["status"], string> = {
  starting: "Opening the records…",
  telling: "Looking…",
  done: "Done",
  failed: "Stopped",
};

export function Narrative({ story }: { story: Story }) {
  const busy = story.status === "starting" || story.status === "telling";
  let at = 0;
  return (
    <section className="card narrative" aria-labelledby="narrative-title">
      <header className="card-head">
        <h2 id="narrative-title">How it was found</h2>
        <span className={`narrative-status ${busy ? "busy" : ""}`} data-status={story.status}>
          {story.connected ? kStatus[story.status] : "Connection lost, trying again…"}
        </span>
      </header>
      <div
        role="log"
        aria-live="polite"
        aria-busy={busy}
        aria-label="Narrative of the diagnosis"
        className="narrative-text"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
        tabIndex={0}
      >
        {story.texts.map((text) => (
          <p key={at++}>
            <Claim text={text.trim()} markup />
          </p>
        ))}
        {story.texts.length === 0 && busy && <p className="quiet">Reading states, logs and history of this run.</p>}
      </div>
    </section>
  );
}
