/** The same diagnosis elsewhere: in a ticket, in a terminal. */
import type { RunKey } from "../api/client";
import { CopyButton } from "../parts/copy_button";
import { sayCommand } from "../text/shell";

export function Takeaway({ run }: { run: RunKey }) {
  const command = ["dagy", "diagnose", run.dagId, run.runId];
  const ways = [
    { what: "For a ticket", text: sayCommand([...command, "--output", "markdown"]) },
    { what: "Every rule that fired, with its weight", text: sayCommand([...command, "--explain"]) },
    { what: "Read the cited records again", text: sayCommand([...command, "--verify"]) },
  ];
  return (
    <details className="card takeaway">
      <summary>
        <h2>In a terminal</h2>
      </summary>
      <ul className="plain">
        {ways.map(({ what, text }) => (
          <li key={what}>
            {what}
            <div className="command">
              <pre>{text}</pre>
              <CopyButton text={text} label={`Copy command: ${what}`} />
            </div>
          </li>
        ))}
      </ul>
    </details>
  );
}
