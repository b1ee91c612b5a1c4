/** Every attempt of the run on a time axis: the graph's tasks as a list, for everyone who prefers one. */
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { RunKey, TaskAttempt } from "../api/client";
import { baseTask, type TaskView } from "../graph/task_view";
import { StateMark, TaskMark } from "../parts/marks";
import { ScrollBox } from "../parts/scroll_box";
import { sayCount, stateMark } from "../text/states";
import { sayDuration, sayTime, secondsBetween } from "../text/time";
import { type Gantt, type GanttBar, makeGantt, orderAttempts } from "./gantt";

const kShownAtFirst = 40;

interface Props {
  run: RunKey;
  attempts: TaskAttempt[];
  tasks: TaskView[];
  chosen: string | null;
  /** Phases that wrote data rows. */
  withData: Set<string>;
}

export function AttemptsTable({ run, attempts, tasks, chosen, withData }: Props) {
  const [all, setAll] = useState(false);
  const gantt = useMemo(() => makeGantt(orderAttempts(attempts, tasks), Date.now()), [attempts, tasks]);
  const byId = useMemo(() => new Map(tasks.map((task) => [task.id, task])), [tasks]);
  if (attempts.length === 0) return <p className="quiet">No task of this run has been attempted.</p>;
  const picked = chosen ? gantt.rows.filter((row) => baseTask(row.attempt) === chosen) : gantt.rows;
  const shown = all ? picked : picked.slice(0, kShownAtFirst);
  return (
    <>
      <ScrollBox label="Attempts on a time axis">
        <table className="attempts">
          <thead>
            <tr>
              <th scope="col">Task</th>
              <th scope="col">Attempt</th>
              <th scope="col">State</th>
              <th scope="col" className="gantt-head">
                <Axis gantt={gantt} />
              </th>
              <th scope="col" className="number">
                Duration
              </th>
              <th scope="col">Records</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <Row
                key={`${row.attempt.task_id} ${row.attempt.attempt}`}
                run={run}
                row={row}
                task={byId.get(baseTask(row.attempt))}
                withData={withData.has(row.attempt.phase)}
              />
            ))}
          </tbody>
        </table>
      </ScrollBox>
      {shown.length < picked.length && (
        <button type="button" className="button" onClick={() => setAll(true)}>
          Show all {sayCount(picked.length, "attempt")}
        </button>
      )}
    </>
  );
}

interface RowProps {
  run: RunKey;
  row: GanttBar;
  task: TaskView | undefined;
  withData: boolean;
}

function Row({ run, row, task, withData }: RowProps) {
  const { attempt, bar } = row;
  const { tone } = stateMark(attempt.state);
  return (
    <tr data-task={attempt.task_id}>
      <th scope="row" className="task-cell">
        <span className="mono">{attempt.task_id}</span>
        {task?.role && task.role !== "healthy" && <TaskMark role={task.role} />}
      </th>
      <td>
        {bar ? attempt.attempt : <span className="quiet">–</span>}
        {bar && (attempt.max_attempts ?? 0) > 1 && <span className="quiet"> of {attempt.max_attempts}</span>}
      </td>
      <td>
        <StateMark state={attempt.state} />
        {attempt.reason && attempt.reason.toUpperCase() !== attempt.state && (
          <div className="quiet small">{attempt.reason}</div>
        )}
      </td>
      <td className="gantt-cell">
        {bar && (
          <svg
            className={`gantt tone-${tone}`}
            width="100%"
            height="14"
            role="img"
            aria-label={`started ${sayTime(attempt.started_at)} UTC`}
          >
            <title>{`${sayTime(attempt.started_at)} – ${sayTime(attempt.ended_at)} UTC`}</title>
            <rect className="gantt-line" x="0" y="6.5" width="100%" height="1" />
            <rect className="gantt-bar" x={percent(bar.left)} y="2" width={percent(bar.width)} height="10" rx="2" />
            <rect
              className="gantt-bar"
              x={`min(${percent(bar.left)}, calc(100% - 3px))`}
              y="2"
              width="3"
              height="10"
              rx="1"
            />
          </svg>
        )}
      </td>
      <td className="number">
        {bar ? sayDuration(attempt.duration_seconds ?? secondsBetween(attempt.started_at, attempt.ended_at)) : "–"}
      </td>
      <td>
        {bar ? <Records run={run} attempt={attempt} withData={withData} /> : <span className="quiet">never ran</span>}
      </td>
    </tr>
  );
}

/** Links to what this attempt wrote, and to the attempt before it. */
function Records({ run, attempt, withData }: { run: RunKey; attempt: TaskAttempt; withData: boolean }) {
  const { deployment } = run;
  const params = { dagId: run.dagId, date: run.date, runId: run.runId, phase: attempt.phase };
  const who = `${attempt.task_id}, attempt ${attempt.attempt}`;
  return (
    <span className="records-links">
      <Link
        to="/dags/$dagId/runs/$date/$runId/logs/$phase"
        params={params}
        search={{ attempt: attempt.attempt, deployment }}
        aria-label={`Log of ${who}`}
      >
        log
      </Link>
      {withData && (
        <Link
          to="/dags/$dagId/runs/$date/$runId/data/$phase"
          params={params}
          search={{ attempt: attempt.attempt, deployment }}
          aria-label={`Data of ${who}`}
        >
          data
        </Link>
      )}
      {attempt.attempt > 1 && (
        <Link
          to="/dags/$dagId/runs/$date/$runId/compare/$phase"
          params={params}
          search={{ left: attempt.attempt - 1, right: attempt.attempt, deployment }}
          aria-label={`Compare ${who}, with the one before`}
        >
          compare
        </Link>
      )}
    </span>
  );
}

const percent = (share: number) => `${(share * 100).toFixed(3)}%`;

function Axis({ gantt }: { gantt: Gantt }) {
  return (
    <>
      <span className="visually-hidden">Time, from {sayTime(gantt.startsAt)} UTC</span>
      <svg className="gantt-axis" width="100%" height="16" aria-hidden="true">
        {gantt.ticks.map((tick) => (
          <text
            key={tick.seconds}
            x={percent(tick.at)}
            y="12"
            textAnchor={tick.at === 0 ? "start" : tick.at > 0.95 ? "end" : "middle"}
          >
            {tick.seconds === 0 ? "0" : sayDuration(tick.seconds)}
          </text>
        ))}
      </svg>
    </>
  );
}
