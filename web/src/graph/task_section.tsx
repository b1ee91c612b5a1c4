/** The graph with its heading and legend. */
import { useMemo } from "react";
import type { RunTasks } from "../api/client";
import type { Diagnosis } from "../api/diagnosis";
import { sayCount } from "../text/states";
import { GraphLegend, TaskGraph } from "./task_graph";
import { cascadeEdges, type TaskView } from "./task_view";

interface Props {
  tasks: Pick<RunTasks, "dag_id" | "graph">;
  views: TaskView[];
  diagnosis: Diagnosis | null;
  chosen: string | null;
  choose: (id: string) => void;
}

export function TaskSection({ tasks, views, diagnosis, chosen, choose }: Props) {
  const graph = useMemo(
    () => ({
      nodes: tasks.graph.nodes.map((node) => node.task_id),
      edges: tasks.graph.edges.flatMap(({ from, to }) => (from && to ? [{ from, to }] : [])),
    }),
    [tasks.graph],
  );
  const lit = useMemo(
    () => cascadeEdges(diagnosis?.cascade_chain, tasks.dag_id, graph.edges),
    [diagnosis, tasks.dag_id, graph.edges],
  );
  return (
    <section className="card" aria-labelledby="graph-title">
      <header className="card-head">
        <h2 id="graph-title">Tasks</h2>
        <span className="quiet">{sayCount(views.length, "task")}</span>
        <GraphLegend tasks={views} cascade={lit.size > 0} />
      </header>
      {views.length === 0 ? (
        <p className="quiet">No task of this run is on record.</p>
      ) : (
        <TaskGraph graph={graph} tasks={views} lit={lit} chosen={chosen} choose={choose} />
      )}
    </section>
  );
}
