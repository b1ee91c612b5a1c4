/** Runs made for the tests of history, errors, data rows and attempts. */
const kDay = 86_400_000;
const kStart = Date.UTC(2026, 10, 1, 4);
const at = (day, seconds) => new Date(kStart + day * kDay + seconds * 1000).toISOString();

/** The name needs encoding; attempt 2 differs from attempt 1 in one line; the rows are wide. */
export const kEtl = { dag: "orders etl", good: 14, failed: 8, rows: 1500, columns: 40, row: 700 };
export const etlRun = (day) => `etl-${String(day).padStart(2, "0")}`;
export const etlDate = (day) => at(day, 0).slice(0, 10);

export function etlRuns() {
  const tasks = [{ task_id: "extract", downstream: ["load"], max_attempts: 2 }, { task_id: "load" }];
  const lines = [{ kind: "dag", dag_id: kEtl.dag, version: "1", schedule: "0 4 * * *", tasks }];
  for (let day = 0; day < kEtl.good + kEtl.failed; day++) {
    const failed = day >= kEtl.good;
    const name = { dag_id: kEtl.dag, run_id: etlRun(day) };
    const took = failed ? 300 : 60 + day;
    const state = failed ? "FAILED" : "SUCCEEDED";
    lines.push({
      kind: "run",
      ...name,
      state,
      logical_date: at(day, 0),
      started_at: at(day, 1),
      ended_at: at(day, 1 + took),
    });
    for (const attempt of failed ? [1, 2] : [1]) {
      lines.push({
        kind: "task",
        ...name,
        task_id: "extract",
        attempt,
        state,
        started_at: at(day, attempt * 100),
        ended_at: at(day, attempt * 100 + 50),
      });
      for (let i = 0; i < 40; i++) {
        const message = i === 20 && attempt === 2 ? "cursor moved by hand" : `page ${i} of 40 in ${i * attempt} ms`;
        lines.push({ kind: "log", ...name, task_id: "extract", attempt, ts: at(day, attempt * 100 + i), message });
      }
      if (failed) {
        lines.push({
          kind: "log",
          ...name,
          task_id: "extract",
          attempt,
          ts: at(day, attempt * 100 + 45),
          level: "ERROR",
          message: `TimeoutError: no answer after ${30 + day} s`,
        });
        lines.push({
          kind: "error",
          ...name,
          task_id: "extract",
          attempt,
          ts: at(day, attempt * 100 + 45),
          error_type: "TimeoutError",
          error_title: `no answer after ${30 + day} s`,
          traceback: `Traceback (most recent call last):\nTimeoutError: no answer after ${30 + day} s`,
        });
      }
    }
    if (failed) lines.push({ kind: "task", ...name, task_id: "load", state: "UPSTREAM_FAILED" });
  }
  const last = { dag_id: kEtl.dag, run_id: etlRun(kEtl.good + kEtl.failed - 1) };
  for (let i = 0; i < kEtl.rows; i++) {
    const row = { id: i, amount: i * 1.25, country: i === kEtl.row ? "Liechtenstein" : "CH", note: null };
    row.nested = { list: [i, i + 1] };
    for (let c = 0; c < kEtl.columns; c++) row[`column_${String(c).padStart(2, "0")}`] = `v${c}-${i}`;
    lines.push({ kind: "data", ...last, phase: "extract", attempt: 1, row });
  }
  return lines;
}

export const kLive = { dag: "live", run: "live-1", lines: 300 };

const liveLine = (row) => ({
  kind: "log",
  dag_id: kLive.dag,
  run_id: kLive.run,
  task_id: "talk",
  ts: at(0, row),
  message: `spoken ${row}`,
});

/** An attempt that goes on. */
export function liveRun() {
  const name = { dag_id: kLive.dag, run_id: kLive.run };
  return [
    { kind: "dag", dag_id: kLive.dag, version: "1", tasks: [{ task_id: "talk" }] },
    { kind: "run", ...name, state: "RUNNING", logical_date: at(0, 0), started_at: at(0, 1) },
    { kind: "task", ...name, task_id: "talk", state: "RUNNING", started_at: at(0, 1) },
    ...Array.from({ length: kLive.lines }, (_, row) => liveLine(row)),
  ];
}

export const liveLines = (from, count) => Array.from({ length: count }, (_, i) => liveLine(from + i));
export const liveEnd = () => [
  {
    kind: "task",
    dag_id: kLive.dag,
    run_id: kLive.run,
    task_id: "talk",
    state: "SUCCEEDED",
    started_at: at(0, 1),
    ended_at: at(0, 900),
  },
  { kind: "run", dag_id: kLive.dag, run_id: kLive.run, state: "SUCCEEDED", started_at: at(0, 1), ended_at: at(0, 901) },
];
