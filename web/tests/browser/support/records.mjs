/** Runs made for the tests: hostile names and lines, mapped tasks, a long log, a thousand tasks. */
const kStart = Date.UTC(2026, 10, 20, 4);
const at = (seconds) => new Date(kStart + seconds * 1000).toISOString();

export const kHostile = { dag: 'eu/sales "q" %41 ü', run: "manual__2026-11-20T04:00:00+00:00/a b?c#d&e" };

export function hostileRun() {
  const name = { dag_id: kHostile.dag, run_id: kHostile.run };
  const task = { ...name, task_id: "load <b>all</b>" };
  return [
    {
      kind: "dag",
      dag_id: kHostile.dag,
      version: "1",
      tasks: [{ task_id: task.task_id, downstream: ["after"] }, { task_id: "after" }],
    },
    { kind: "run", ...name, state: "FAILED", logical_date: at(0), started_at: at(1), ended_at: at(9) },
    { kind: "task", ...task, state: "FAILED", started_at: at(1), ended_at: at(8) },
    { kind: "task", ...name, task_id: "after", state: "UPSTREAM_FAILED" },
    {
      kind: "log",
      ...task,
      ts: at(2),
      level: "INFO",
      message: "<img src=x onerror=\"document.title='pwned'\"><script>document.title='pwned'</script>",
    },
    {
      kind: "log",
      ...task,
      ts: at(3),
      level: "WARNING",
      message: "\u001b[1;31mred\u001b[0m plain \u001b]0;title\u0007[e1] **stars**",
    },
    {
      kind: "log",
      ...task,
      ts: at(4),
      level: "ERROR",
      message: "psycopg2.OperationalError: could not connect to server: Connection refused <b>bold</b>",
    },
  ];
}

export const kLong = { dag: "long", run: "long-1", lines: 5000, errorRow: 4321 };

/** 5,000 lines, one of them an error; the task is mapped, two of its five instances fail. */
export function longRun() {
  const name = { dag_id: kLong.dag, run_id: kLong.run };
  const lines = [
    {
      kind: "dag",
      dag_id: kLong.dag,
      version: "1",
      tasks: [
        { task_id: "each", is_mapped: true },
        { task_id: "talk", downstream: ["each"] },
      ],
    },
    { kind: "run", ...name, state: "FAILED", logical_date: at(100), started_at: at(101), ended_at: at(190) },
    { kind: "task", ...name, task_id: "talk", state: "SUCCEEDED", started_at: at(101), ended_at: at(150) },
  ];
  for (let i = 0; i < 5; i++) {
    lines.push({
      kind: "task",
      ...name,
      task_id: "each",
      map_index: i,
      state: i < 2 ? "FAILED" : "SUCCEEDED",
      started_at: at(151),
      ended_at: at(160 + i),
    });
  }
  for (let row = 0; row < kLong.lines; row++) {
    const level = row === kLong.errorRow ? "ERROR" : "INFO";
    lines.push({
      kind: "log",
      ...name,
      task_id: "talk",
      ts: at(101 + row / 200),
      level,
      message: row === kLong.errorRow ? "the needle" : `hay ${row}`,
    });
  }
  return lines;
}

export const kWide = { dag: "wide", run: "wide-1", tasks: 1000, failed: "t40" };

/** A tree of a thousand tasks; one fails, its three children wait for it. */
export function wideRun() {
  const name = { dag_id: kWide.dag, run_id: kWide.run };
  const children = (i) => [3 * i + 1, 3 * i + 2, 3 * i + 3].filter((child) => child < kWide.tasks);
  const failed = Number(kWide.failed.slice(1));
  const victims = new Set();
  for (const queue = children(failed); queue.length > 0; ) {
    const next = queue.pop();
    victims.add(next);
    queue.push(...children(next));
  }
  const ids = Array.from({ length: kWide.tasks }, (_, i) => i);
  return [
    {
      kind: "dag",
      dag_id: kWide.dag,
      version: "1",
      tasks: ids.map((i) => ({ task_id: `t${i}`, downstream: children(i).map((child) => `t${child}`) })),
    },
    { kind: "run", ...name, state: "FAILED", logical_date: at(200), started_at: at(201), ended_at: at(290) },
    ...ids.map((i) => {
      const state = i === failed ? "FAILED" : victims.has(i) ? "UPSTREAM_FAILED" : "SUCCEEDED";
      return {
        kind: "task",
        ...name,
        task_id: `t${i}`,
        state,
        started_at: at(201 + i / 20),
        ended_at: at(203 + i / 20),
      };
    }),
    { kind: "log", ...name, task_id: kWide.failed, ts: at(204), level: "ERROR", message: "MemoryError: out of memory" },
  ];
}

/** Many small runs, for paging. */
export function manyRuns(count) {
  return Array.from({ length: count }, (_, i) => ({
    kind: "run",
    dag_id: "many",
    run_id: `n${String(i).padStart(3, "0")}`,
    state: "SUCCEEDED",
    logical_date: at(300 + i * 60),
    started_at: at(300 + i * 60),
    ended_at: at(310 + i * 60),
  }));
}
