/** Lines of a phase as they are written. The browser's EventSource resumes after the last row that it has seen. */
import { type LogLine, logsPath, type RunKey } from "./client";
import { withQuery } from "./http";

export interface LogListener {
  lines: (lines: LogLine[]) => void;
  /** Open, or lost: then the pages are asked again and again, as where the server has no such stream. */
  live: (live: boolean) => void;
  /** The attempt is over. */
  ended: () => void;
}

const kGatherMs = 100;

/** Tells of lines from `from` on, some at a time; calls the returned function to leave. */
export function followLogs(
  run: RunKey,
  phase: string,
  attempt: number,
  from: number,
  { lines, live, ended }: LogListener,
): () => void {
  const source = new EventSource(
    withQuery(`${logsPath(run, phase)}/stream`, { attempt, from_row: from, deployment_id: run.deployment }),
  );
  let gathered: LogLine[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const give = () => {
    timer = undefined;
    lines(gathered);
    gathered = [];
  };
  const leave = () => {
    clearTimeout(timer);
    source.close();
  };
  source.addEventListener("open", () => live(true));
  source.addEventListener("log", (event) => {
    try {
      gathered.push(JSON.parse(event.data) as LogLine);
    } catch {
      return; // The page of that row will show it.
    }
    timer ??= setTimeout(give, kGatherMs);
  });
  source.addEventListener("end", () => {
    if (timer !== undefined) clearTimeout(timer);
    give();
    leave();
    live(false);
    ended();
  });
  source.addEventListener("error", (event) => {
    live(false);
    // The server's own word is final; a broken connection the browser mends by itself.
    if (event instanceof MessageEvent) leave();
  });
  return leave;
}
