/** All of one line: where it was written and what came with it. */
import { Link } from "@tanstack/react-router";
import type { ErrorRecord, LogLine, RunKey } from "../api/client";
import { CopyButton } from "../parts/copy_button";
import { TextBox } from "../parts/scroll_box";
import { TimeText } from "../parts/time_text";
import { stripAnsi } from "../text/ansi";

interface Props {
  run: RunKey;
  phase: string;
  attempt: number;
  line: LogLine;
  filtered: boolean;
  /** The error that this line carried, if any. */
  record: ErrorRecord | undefined;
  close: () => void;
}

export function LineDetails({ run, phase, attempt, line, filtered, record, close }: Props) {
  const { dagId, date, runId, deployment } = run;
  const extras = line.extras === null || line.extras === undefined ? null : sayExtras(line.extras);
  return (
    <section className="card line-details" aria-label={`Row ${line._row}`}>
      <header className="card-head">
        <h2>Row {line._row}</h2>
        <span className="quiet">
          {line.level} · <TimeText time={line.ts} /> UTC
          {line.logger && <> · {line.logger}</>}
          {line.source_file && (
            <>
              {" "}
              · {line.source_file}
              {line.source_line !== null && <>:{line.source_line}</>}
            </>
          )}
        </span>
        {filtered && (
          <Link
            to="/dags/$dagId/runs/$date/$runId/logs/$phase"
            params={{ dagId, date, runId, phase }}
            search={{ attempt, row: line._row, deployment }}
            className="button button-small"
          >
            Show in context
          </Link>
        )}
        <CopyButton text={stripAnsi(line.message)} label="Copy line" caption="Copy line" />
        <CopyButton text={window.location.href} label="Copy link to this line" caption="Copy link" />
        <button type="button" className="button button-small" onClick={close} aria-label="Close row">
          Close
        </button>
      </header>
      <TextBox>
        {stripAnsi(line.message)}
        {record && `\n\n${stripAnsi(record.traceback ?? record.error_detail ?? "")}`}
      </TextBox>
      {extras && (
        <details className="line-extras">
          <summary>What was logged with it</summary>
          <TextBox>{extras}</TextBox>
        </details>
      )}
    </section>
  );
}

const sayExtras = (extras: unknown) => (typeof extras === "string" ? extras : JSON.stringify(extras, null, 2));
