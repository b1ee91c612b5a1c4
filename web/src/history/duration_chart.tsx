/** Durations of the last runs, with percentiles and the change point; the same as a table. */
import { useMemo, useState } from "react";
import type { TimelineRun } from "../api/history";
import { ScrollBox } from "../parts/scroll_box";
import { TimeText } from "../parts/time_text";
import { sayCount, stateMark } from "../text/states";
import { sayDuration, sayTime } from "../text/time";
import { type DurationChart as Chart, type ChartPoint, makeChart, tasksOf } from "./durations";

const kHeight = 150;
const kTop = 10;

interface Props {
  runs: TimelineRun[];
  current: string | null;
  changePoint?: string | undefined;
}

export function DurationChart({ runs, current, changePoint }: Props) {
  const [task, setTask] = useState<string | null>(null);
  const tasks = useMemo(() => tasksOf(runs), [runs]);
  const chart = useMemo(() => makeChart(runs, task, current, changePoint), [runs, task, current, changePoint]);
  return (
    <div className="durations">
      <div className="card-head">
        <h3>Duration</h3>
        {tasks.length > 0 && (
          <label className="small">
            of{" "}
            <select value={task ?? ""} onChange={(event) => setTask(event.target.value || null)}>
              <option value="">the whole run</option>
              {tasks.map((each) => (
                <option key={each} value={each}>
                  {each}
                </option>
              ))}
            </select>
          </label>
        )}
        <span className="small quiet chart-keys">
          {chart.percentiles.map(({ name, seconds }) => (
            <span key={name}>
              <svg width="22" height="6" aria-hidden="true">
                <line className={`chart-${name}`} x1="0" x2="22" y1="3" y2="3" />
              </svg>{" "}
              {name} of the good ones {sayDuration(seconds)}
            </span>
          ))}
        </span>
      </div>
      {chart.points.length === 0 ? (
        <p className="quiet small">None of these runs has a known duration here.</p>
      ) : (
        <>
          <Drawing chart={chart} what={task === null ? "runs" : `task ${task}`} />
          <Table points={chart.points} />
        </>
      )}
    </div>
  );
}

const percent = (share: number) => `${(share * 100).toFixed(2)}%`;
const pixels = (share: number) => kTop + share * (kHeight - kTop);

function sayChart(chart: Chart, what: string): string {
  const seconds = chart.points.map((point) => point.seconds);
  const words = [
    `Durations of ${what}: ${sayCount(seconds.length, "run")}, from ${sayDuration(Math.min(...seconds))} to ${sayDuration(Math.max(...seconds))}`,
  ];
  const now = chart.points.find((point) => point.current);
  if (now) words.push(`this run ${sayDuration(now.seconds)}`);
  for (const { name, seconds: at } of chart.percentiles) words.push(`${name} ${sayDuration(at)}`);
  if (chart.change) words.push(`change point ${sayTime(chart.change.at)} UTC`);
  return words.join(", ");
}

function Drawing({ chart, what }: { chart: Chart; what: string }) {
  return (
    <div className="chart">
      <div className="chart-scale" aria-hidden="true" style={{ height: kHeight + 8 }}>
        {chart.ticks.map((tick) => (
          <span key={tick.seconds} style={{ top: pixels(tick.y) }}>
            {tick.seconds === 0 ? "0" : sayDuration(tick.seconds)}
          </span>
        ))}
      </div>
      <svg className="chart-svg" width="100%" height={kHeight + 8} role="img" aria-label={sayChart(chart, what)}>
        {chart.ticks.map((tick) => (
          <line key={tick.seconds} className="chart-grid" x1="0" x2="100%" y1={pixels(tick.y)} y2={pixels(tick.y)} />
        ))}
        {chart.percentiles.map((each) => (
          <line
            key={each.name}
            className={`chart-${each.name}`}
            x1="0"
            x2="100%"
            y1={pixels(each.y)}
            y2={pixels(each.y)}
          />
        ))}
        {chart.points.slice(1).map((point, i) => (
          <Joint key={point.run.run_id} from={chart.points[i] as ChartPoint} to={point} />
        ))}
        {chart.change && (
          <g className="chart-change">
            <line x1={percent(chart.change.x)} x2={percent(chart.change.x)} y1="0" y2={kHeight} />
            <text x={percent(chart.change.x)} dx="5" y="10">
              change point
            </text>
          </g>
        )}
        {chart.points.map((point) => (
          <Dot key={point.run.run_id} point={point} />
        ))}
      </svg>
    </div>
  );
}

const Joint = ({ from, to }: { from: ChartPoint; to: ChartPoint }) => (
  <line className="chart-joint" x1={percent(from.x)} x2={percent(to.x)} y1={pixels(from.y)} y2={pixels(to.y)} />
);

/** Round where it went well, a cross where not; a ring around this run. */
function Dot({ point }: { point: ChartPoint }) {
  const { tone, word } = stateMark(point.run.state);
  return (
    <svg className={`chart-dot tone-${tone}`} x={percent(point.x)} y={pixels(point.y)} overflow="visible">
      <title>{`${word}, ${sayTime(point.run.started_at)} UTC, ${sayDuration(point.seconds)}`}</title>
      {point.current && <circle className="chart-ring" r="8" />}
      {point.good ? <circle r="3.5" /> : <path className="chart-cross" d="m-4-4 8 8m0-8-8 8" />}
    </svg>
  );
}

const Table = ({ points }: { points: ChartPoint[] }) => (
  <details className="small">
    <summary>As a table</summary>
    <ScrollBox label="Durations">
      <table>
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">Started (UTC)</th>
            <th scope="col">State</th>
            <th scope="col" className="number">
              Duration
            </th>
          </tr>
        </thead>
        <tbody>
          {points.map(({ run, seconds, current }) => (
            <tr key={run.run_id}>
              <th scope="row" className="mono">
                {run.run_id}
                {current && " (this run)"}
              </th>
              <td>
                <TimeText time={run.started_at} />
              </td>
              <td>{stateMark(run.state).word}</td>
              <td className="number">{sayDuration(seconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  </details>
);
