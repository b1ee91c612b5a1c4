/** One DAG: its last runs, how long they take, how often they succeed, and what they fail of. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { DagDetail, DagKey, Statistics } from "../api/history";
import { dagQuery, statisticsQuery, timelineQuery } from "../api/queries";
import { TaskSection } from "../graph/task_section";
import { Causes, Days, TaskTable } from "../history/dag_figures";
import { viewDag } from "../history/dag_graph";
import { DurationChart } from "../history/duration_chart";
import { RunStrip, StripLegend } from "../history/run_strip";
import { makeStrip } from "../history/strip";
import { versionChanges } from "../history/versions";
import { CopyButton } from "../parts/copy_button";
import { ProblemNote } from "../parts/problem_note";
import { TextBox } from "../parts/scroll_box";
import { useTitle } from "../parts/use_title";
import { kDayRanges } from "../search";
import { sayCount } from "../text/states";
import { sayDuration } from "../text/time";

interface Edge {
  from?: string;
  to?: string;
}

const route = getRouteApi("/dags/$dagId");

export function DagPage() {
  const { dagId } = route.useParams();
  const { deployment, days } = route.useSearch();
  const dag: DagKey = useMemo(() => ({ dagId, deployment }), [dagId, deployment]);
  useTitle(dagId);
  const detail = useQuery(dagQuery(dag));
  const statistics = useQuery(statisticsQuery(dag, days));
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <>
      <nav aria-label="Where" className="crumbs">
        <Link to="/dags">DAGs</Link>
      </nav>
      <header className="run-head">
        <h1>
          <span className="run-dag">{dagId}</span>
        </h1>
        {detail.data && (
          <p className="quiet">
            {detail.data.schedule ? (
              <>
                Schedule <code>{detail.data.schedule}</code>
              </>
            ) : (
              "No schedule"
            )}{" "}
            · version <code>{detail.data.version}</code> · {sayCount(detail.data.nodes.length, "task")} ·{" "}
            <Link to="/" search={{ dag: dagId }}>
              its runs
            </Link>
          </p>
        )}
      </header>
      {detail.isError && (
        <ProblemNote error={detail.error} what="The DAG could not be read." retry={() => void detail.refetch()} />
      )}
      {!detail.isError && <LastRuns dag={dag} />}
      {statistics.isError && !detail.isError && (
        <ProblemNote
          error={statistics.error}
          what="The figures could not be read."
          retry={() => void statistics.refetch()}
        />
      )}
      {statistics.isPending && !detail.isError && <div className="skeleton skeleton-tall" aria-busy="true" />}
      {detail.data && detail.data.nodes.length > 0 && statistics.data && (
        <Graph
          detail={detail.data}
          figures={statistics.data.tasks}
          chosen={chosen}
          choose={(id) => setChosen((now) => (now === id ? null : id))}
        />
      )}
      {statistics.data && <Figures dag={dag} statistics={statistics.data} chosen={chosen} />}
      {detail.data && <Source versions={detail.data.versions} source={detail.data.source ?? null} />}
    </>
  );
}

function LastRuns({ dag }: { dag: DagKey }) {
  const timeline = useQuery(timelineQuery(dag));
  const runs = timeline.data?.runs;
  const strip = useMemo(() => {
    const all = runs ?? [];
    return makeStrip(all, null, { change_signals: versionChanges(all) }, Date.now());
  }, [runs]);
  return (
    <section className="card" aria-labelledby="runs-title">
      <header className="card-head">
        <h2 id="runs-title">Last runs</h2>
        {runs && <span className="quiet">{sayCount(runs.length, "run")}</span>}
        <StripLegend marks={strip.marks} />
      </header>
      {timeline.isError && (
        <ProblemNote error={timeline.error} what="The runs could not be read." retry={() => void timeline.refetch()} />
      )}
      {timeline.isPending && <div className="skeleton skeleton-tall" aria-busy="true" />}
      {runs && runs.length === 0 && <p className="quiet">It is known, but no run of it is on record.</p>}
      {runs && runs.length > 0 && (
        <>
          <RunStrip dagId={dag.dagId} deployment={dag.deployment} strip={strip} />
          <DurationChart runs={runs} current={null} />
        </>
      )}
    </section>
  );
}

interface GraphProps {
  detail: DagDetail;
  figures: Statistics["tasks"];
  chosen: string | null;
  choose: (id: string) => void;
}

function Graph({ detail, figures, chosen, choose }: GraphProps) {
  const views = useMemo(() => viewDag(detail.nodes, figures), [detail.nodes, figures]);
  const tasks = useMemo(
    () => ({ dag_id: detail.dag_id, graph: { nodes: detail.nodes, edges: detail.edges as Edge[] } }),
    [detail],
  );
  return <TaskSection tasks={tasks} views={views} diagnosis={null} chosen={chosen} choose={choose} />;
}

function Figures({ dag, statistics, chosen }: { dag: DagKey; statistics: Statistics; chosen: string | null }) {
  const { runs, success, failed, cancelled, running, success_rate, duration_seconds: took } = statistics;
  const navigate = route.useNavigate();
  const { days = kDayRanges[1] } = route.useSearch();
  return (
    <>
      <section className="card" aria-labelledby="figures-title">
        <header className="card-head">
          <h2 id="figures-title">In figures</h2>
          <label className="small">
            <span className="visually-hidden">Figures of the </span>
            <select
              value={days}
              onChange={(event) => void navigate({ search: (now) => ({ ...now, days: Number(event.target.value) }) })}
            >
              {kDayRanges.map((each) => (
                <option key={each} value={each}>
                  last {each} days
                </option>
              ))}
            </select>
          </label>
          <span className="quiet small">
            {statistics.date_from} to {statistics.date_to}
          </span>
        </header>
        <dl className="facts-line figures">
          <Figure name="Success rate" value={success_rate === null ? "–" : `${round(success_rate * 100)} %`} />
          <Figure name="Runs" value={runs.toLocaleString("en-US")} />
          <Figure name="Succeeded" value={success.toLocaleString("en-US")} />
          <Figure name="Failed" value={failed.toLocaleString("en-US")} />
          {cancelled > 0 && <Figure name="Cancelled" value={cancelled.toLocaleString("en-US")} />}
          {running > 0 && <Figure name="Under way" value={running.toLocaleString("en-US")} />}
          {took && (
            <>
              <Figure name="Median duration" value={sayDuration(took.p50)} />
              <Figure name="95th percentile" value={sayDuration(took.p95)} />
              <Figure name="Longest" value={sayDuration(took.max)} />
            </>
          )}
        </dl>
        <Days days={statistics.by_day} />
      </section>
      <div className="columns">
        <Causes dag={dag} causes={statistics.causes} failed={failed} />
        <TaskTable tasks={statistics.tasks} chosen={chosen} />
      </div>
    </>
  );
}

const round = (value: number) => (Math.round(value * 10) / 10).toString();

const Figure = ({ name, value }: { name: string; value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);

function Source({ versions, source }: { versions: string[]; source: string | null }) {
  return (
    <section className="card" aria-labelledby="versions-title">
      <h2 id="versions-title">Versions</h2>
      <p className="versions">
        {versions.length === 0 && <span className="quiet">None is on record.</span>}
        {versions.map((version) => (
          <code key={version} className="chip">
            {version}
          </code>
        ))}
      </p>
      {source && (
        <details>
          <summary>Source of the newest</summary>
          <CopyButton text={source} label="Copy source" />
          <TextBox>{source}</TextBox>
        </details>
      )}
    </section>
  );
}
