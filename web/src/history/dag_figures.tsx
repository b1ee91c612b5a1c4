/** What a DAG's runs did, by day, by cause and by task. */
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { DagKey, DayOfDag, Statistics } from "../api/history";
import { ScrollBox } from "../parts/scroll_box";
import { sayCode, sayCount } from "../text/states";
import { sayDuration } from "../text/time";
import { type DayPart, makeDays } from "./days";

const kHeight = 72;
const kTones: Record<DayPart, string> = { success: "good", failed: "bad", cancelled: "quiet", running: "info" };

export function Days({ days }: { days: DayOfDag[] }) {
  const bars = useMemo(() => makeDays(days), [days]);
  if (bars.length === 0) return null;
  const width = 100 / bars.length;
  return (
    <>
      <svg
        className="days"
        width="100%"
        height={kHeight}
        role="img"
        aria-label={`Runs a day, ${sayCount(bars.length, "day")}`}
      >
        <rect className="days-line" x="0" y={kHeight - 1} width="100%" height="1" />
        {bars.map((bar, index) => (
          <g key={bar.date}>
            <title>{bar.label}</title>
            {/* All of the day's height can be pointed at. */}
            <rect className="days-none" x={`${index * width}%`} y="0" width={`${width}%`} height={kHeight} />
            {bar.parts.map(({ part, from, share }) => (
              <rect
                key={part}
                className={`days-bar days-${part} tone-${kTones[part]}`}
                x={`${(index + 0.12) * width}%`}
                width={`${0.76 * width}%`}
                y={(1 - from - share) * (kHeight - 2)}
                height={Math.max(2, share * (kHeight - 2))}
              />
            ))}
          </g>
        ))}
      </svg>
      <details className="small">
        <summary>Days as a list</summary>
        <ul className="plain days-list">
          {bars.map((bar) => (
            <li key={bar.date}>{bar.label}</li>
          ))}
        </ul>
      </details>
    </>
  );
}

export function Causes({ dag, causes, failed }: { dag: DagKey; causes: Statistics["causes"]; failed: number }) {
  const known = causes.reduce((sum, each) => sum + each.runs, 0);
  const most = causes[0]?.runs ?? 1;
  return (
    <section className="card" aria-labelledby="causes-title">
      <header className="card-head">
        <h2 id="causes-title">Why they failed</h2>
        {failed > known && <span className="quiet small">{failed - known} not diagnosed yet</span>}
      </header>
      {causes.length === 0 && (
        <p className="quiet">
          {failed === 0 ? "No run failed in this time." : "None of the failed runs was diagnosed."}
        </p>
      )}
      <ul className="plain causes">
        {causes.map(({ code, runs }) => (
          <li key={code}>
            <span>
              <code className="cause-code">{code}</code> <span className="small quiet">{sayCode(code)}</span>
            </span>
            <span className="causes-count">{sayCount(runs, "run")}</span>
            <svg width="100%" height="6" aria-hidden="true">
              <rect className="causes-bar" width={`${(100 * runs) / most}%`} height="6" rx="3" />
            </svg>
          </li>
        ))}
      </ul>
      {failed > 0 && (
        <p className="small">
          <Link to="/" search={{ dag: dag.dagId, state: "FAILED" }}>
            The failed runs
          </Link>
        </p>
      )}
    </section>
  );
}

type Task = Statistics["tasks"][number];
type Order = "task_id" | "failed" | "retried" | "p95";
const kShownAtFirst = 50;

const kOrders: Record<Order, (a: Task, b: Task) => number> = {
  task_id: (a, b) => a.task_id.localeCompare(b.task_id),
  failed: (a, b) => b.failed - a.failed,
  retried: (a, b) => b.retried - a.retried,
  p95: (a, b) => (b.duration_seconds?.p95 ?? -1) - (a.duration_seconds?.p95 ?? -1),
};

export function TaskTable({ tasks, chosen }: { tasks: Task[]; chosen: string | null }) {
  const [order, setOrder] = useState<Order>("failed");
  const [all, setAll] = useState(false);
  const sorted = useMemo(
    () => [...tasks].sort((a, b) => kOrders[order](a, b) || kOrders.task_id(a, b)),
    [tasks, order],
  );
  const head = { order, setOrder };
  return (
    <section className="card" aria-labelledby="tasks-title">
      <h2 id="tasks-title">Tasks in figures</h2>
      {tasks.length === 0 && <p className="quiet">No task was attempted in this time.</p>}
      {tasks.length > 0 && (
        <ScrollBox label="Table of tasks">
          <table>
            <thead>
              <tr>
                <Head name="Task" by="task_id" {...head} />
                <th scope="col" className="number">
                  Attempts
                </th>
                <Head name="Failed" by="failed" {...head} />
                <Head name="Retried" by="retried" {...head} />
                <th scope="col" className="number">
                  Median
                </th>
                <Head name="p95" by="p95" {...head} />
              </tr>
            </thead>
            <tbody>
              {sorted.slice(0, all ? undefined : kShownAtFirst).map((task) => (
                <tr key={task.task_id} className={task.task_id === chosen ? "chosen" : ""}>
                  <th scope="row" className="mono">
                    {task.task_id}
                  </th>
                  <td className="number">{task.attempts.toLocaleString("en-US")}</td>
                  <td className={`number ${task.failed > 0 ? "count-bad" : ""}`}>
                    {task.failed}
                    {task.success_rate !== null && task.failed > 0 && (
                      <span className="small quiet"> {Math.round((1 - task.success_rate) * 100)} %</span>
                    )}
                  </td>
                  <td className="number">{task.retried}</td>
                  <td className="number">{sayDuration(task.duration_seconds?.p50)}</td>
                  <td className="number">{sayDuration(task.duration_seconds?.p95)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
      {!all && tasks.length > kShownAtFirst && (
        <button type="button" className="button" onClick={() => setAll(true)}>
          Show all {sayCount(tasks.length, "task")}
        </button>
      )}
    </section>
  );
}

interface HeadProps {
  name: string;
  by: Order;
  order: Order;
  setOrder: (order: Order) => void;
}

const Head = ({ name, by, order, setOrder }: HeadProps) => (
  <th
    scope="col"
    className={by === "task_id" ? "" : "number"}
    aria-sort={order === by ? (by === "task_id" ? "ascending" : "descending") : undefined}
  >
    <button type="button" className="sort" onClick={() => setOrder(by)}>
      {name}
      <span aria-hidden="true">{order === by ? (by === "task_id" ? " ▲" : " ▼") : ""}</span>
    </button>
  </th>
);
