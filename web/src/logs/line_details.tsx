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
  close: () => void;
}

export function LineDetails({ run, phase, attempt, line, filtered, close }: Props) {
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
        {extras && `\n\n${extras}`}
      </TextBox>
    </section>
  );
}

const sayExtras = (extras: unknown) => (typeof extras === "string" ? extras : JSON.stringify(extras, null, 2));

export function ErrorDetails({ record }: { record: ErrorRecord }) {
  return (
    <section className="card line-details" aria-label="Error record">
      <header className="card-head">
        <h2>{record.error_type ?? "Error"}</h2>
        <span className="quiet">{record.log_row === null ? "without a log line" : `row ${record.log_row}`}</span>
        <CopyButton text={record.traceback ?? record.error_detail ?? ""} label="Copy traceback" />
      </header>
      <TextBox>{stripAnsi(record.traceback ?? record.error_detail ?? record.error_title ?? "")}</TextBox>
    </section>
  );
}
