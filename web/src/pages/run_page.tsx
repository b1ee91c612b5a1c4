/** One run: its graph, its attempts, and why it failed. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { useMemo } from "react";
import type { RunKey, RunTasks, SearchRunResult } from "../api/client";
import type { Diagnosis } from "../api/diagnosis";
import { meQuery, runQuery, tasksQuery } from "../api/queries";
import { AttemptsTable } from "../attempts/attempts_table";
import { DiagnosedRun } from "../diagnosis/diagnosed_run";
import { TaskSection } from "../graph/task_section";
import { viewTasks } from "../graph/task_view";
import { RunHistory } from "../history/run_history";
import { CopyButton } from "../parts/copy_button";
import { StateMark } from "../parts/marks";
import { ProblemNote } from "../parts/problem_note";
import { TimeText } from "../parts/time_text";
import { useTitle } from "../parts/use_title";
import { sayCount, stateMark } from "../text/states";
import { sayDuration } from "../text/time";

const route = getRouteApi("/dags/$dagId/runs/$date/$runId");

export function RunPage() {
  const { dagId, date, runId } = route.useParams();
  const { deployment } = route.useSearch();
  const run: RunKey = useMemo(() => ({ dagId, date, runId, deployment }), [dagId, date, runId, deployment]);
  const me = useQuery(meQuery);
  const found = useQuery(runQuery(run));
  const tasks = useQuery(tasksQuery(run, found.data?.state));
  useTitle(found.data ? `${stateMark(found.data.state).word}: ${dagId}` : dagId);
  return (
    <>
      <nav aria-label="Where" className="crumbs">
        <Link to="/">Runs</Link> <span aria-hidden="true">/</span>{" "}
        <Link to="/dags/$dagId" params={{ dagId }} search={{ deployment }}>
          {dagId}
        </Link>
      </nav>
      {found.isError && <h1>{dagId}</h1>}
      {found.isError && (
        <ProblemNote error={found.error} what="The run could not be read." retry={() => void found.refetch()} />
      )}
      {found.isPending && <div className="skeleton skeleton-tall" aria-busy="true" />}
      {found.data && <RunHead run={found.data} deployment={deployment} />}
      {tasks.isError && !found.isError && (
        <ProblemNote error={tasks.error} what="The run's tasks could not be read." retry={() => void tasks.refetch()} />
      )}
      {found.data && me.data && tasks.data && (
        <RunBody
          key={`${dagId} ${runId}`}
          run={run}
          found={found.data}
          tasks={tasks.data}
          organization={me.data.organization_id}
          home={me.data.deployment_id}
        />
      )}
    </>
  );
}

function RunHead({ run, deployment }: { run: SearchRunResult; deployment: string | undefined }) {
  const router = useRouter();
  // The address without what was picked on the page.
  const { href } = router.buildLocation({
    to: "/dags/$dagId/runs/$date/$runId",
    params: { dagId: run.dag_id, date: run.date, runId: run.run_id },
    search: { deployment },
  });
  return (
    <header className="run-head">
      <h1>
        <StateMark state={run.state} /> <span className="run-dag">{run.dag_id}</span>
      </h1>
      <p className="run-name mono">
        {run.run_id} <CopyButton text={run.run_id} label="Copy run id" />
        <CopyButton text={window.location.origin + href} label="Copy link to this run" caption="Copy link" />
      </p>
      <dl className="facts-line">
        <div>
          <dt>Started</dt>
          <dd>
            <TimeText time={run.started_at} /> UTC
          </dd>
        </div>
        <div>
          <dt>Ended</dt>
          <dd>{run.ended_at ? <TimeText time={run.ended_at} /> : "not yet"}</dd>
        </div>
        <div>
          <dt>Took</dt>
          <dd>{sayDuration(run.duration_seconds)}</dd>
        </div>
        {run.logical_date && (
          <div>
            <dt>Logical date</dt>
            <dd>
              <TimeText time={run.logical_date} />
            </dd>
          </div>
        )}
        {run.run_type && (
          <div>
            <dt>Started by</dt>
            <dd>{run.run_type}</dd>
          </div>
        )}
        {run.dag_version && (
          <div>
            <dt>DAG version</dt>
            <dd className="mono">{run.dag_version}</dd>
          </div>
        )}
      </dl>
    </header>
  );
}

interface BodyProps {
  run: RunKey;
  found: SearchRunResult;
  tasks: RunTasks;
  organization: string;
  home: string;
}

/** Only a failed run is diagnosed by itself; of any other the records are shown. */
function RunBody({ run, found, tasks, organization, home }: BodyProps) {
  if (found.state !== "FAILED") {
    return <TaskParts run={run} found={found} tasks={tasks} diagnosis={null} />;
  }
  return (
    <DiagnosedRun run={run} place={{ organization, deployment: found.deployment_id ?? home }} attempts={tasks.attempts}>
      {(diagnosis) => <TaskParts run={run} found={found} tasks={tasks} diagnosis={diagnosis} />}
    </DiagnosedRun>
  );
}

interface PartsProps {
  run: RunKey;
  found: SearchRunResult;
  tasks: RunTasks;
  diagnosis: Diagnosis | null;
}

function TaskParts({ run, found, tasks, diagnosis }: PartsProps) {
  const { task: chosen = null } = route.useSearch();
  const navigate = route.useNavigate();
  const phases = Object.entries(found.phases);
  const withData = new Set(
    phases.filter(([, status]) => (status.total ?? 0) > 0 || status.s3_data_path).map(([name]) => name),
  );
  const errors = phases.reduce((sum, [, status]) => sum + status.error_log_count, 0);
  const views = useMemo(() => viewTasks(tasks, diagnosis), [tasks, diagnosis]);
  const choose = useMemo(
    () => (id: string | null) =>
      void navigate({
        search: (now) => ({ ...now, task: id === null || now.task === id ? undefined : id }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  return (
    <>
      <RunHistory run={run} diagnosis={diagnosis} />
      <TaskSection tasks={tasks} views={views} diagnosis={diagnosis} chosen={chosen} choose={choose} />
      <section className="card" aria-labelledby="attempts-title">
        <header className="card-head">
          <h2 id="attempts-title">Attempts</h2>
          {chosen === null ? (
            <span className="quiet">{sayCount(tasks.attempts.length, "attempt")}</span>
          ) : (
            <span>
              of <strong className="mono">{chosen}</strong>{" "}
              <button type="button" className="button button-small" onClick={() => choose(null)}>
                Show all
              </button>
            </span>
          )}
          {errors > 0 && (
            <Link
              to="/dags/$dagId/runs/$date/$runId/errors"
              params={{ dagId: run.dagId, date: run.date, runId: run.runId }}
              search={{ deployment: run.deployment }}
            >
              Errors, grouped
            </Link>
          )}
        </header>
        <AttemptsTable run={run} attempts={tasks.attempts} tasks={views} chosen={chosen} withData={withData} />
      </section>
    </>
  );
}
