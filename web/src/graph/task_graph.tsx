/** The graph of a run's tasks. Draws what the layout returned; knows nothing of servers. */
import {
  Background,
  Controls,
  type Edge,
  MarkerType,
  ReactFlow,
  type ReactFlowInstance,
  ReactFlowProvider,
} from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { Icon } from "../parts/icon";
import { roleMark, sayCount } from "../text/states";
import { elkInWorker } from "./elk_worker";
import { type GraphShape, kNodeHeight, kNodeWidth, type Places, placeTasks } from "./layout";
import { type TaskFlowNode, TaskNodeBox } from "./task_node";
import { edgeId, type TaskView } from "./task_view";
import { isArrow, walk } from "./walk";

const kNodeTypes = { task: TaskNodeBox };
const kHeightMax = 560;
const kHeightMin = 200;
/** Below this a label cannot be read; the graph then opens at the root cause instead of whole. */
const kReadableZoom = 0.55;

interface Props {
  graph: GraphShape;
  tasks: TaskView[];
  /** Edges of the cascade, by edgeId. */
  lit: Set<string>;
  chosen: string | null;
  choose: (id: string) => void;
}

export function TaskGraph(props: Props) {
  const { places, failed } = usePlaces(props.graph);
  if (failed)
    return <p className="quiet">The graph could not be laid out. The table of attempts below has every task.</p>;
  if (!places)
    return (
      <div className="graph-frame graph-wait" aria-busy="true">
        Laying out {sayCount(props.graph.nodes.length, "task")}…
      </div>
    );
  return (
    <ReactFlowProvider>
      <PlacedGraph {...props} places={places} />
    </ReactFlowProvider>
  );
}

/** Laid out anew only when tasks or edges change, not when a state does. */
function usePlaces(graph: GraphShape) {
  const [result, setResult] = useState<{ places: Places | null; failed: boolean }>({ places: null, failed: false });
  const shape = JSON.stringify([graph.nodes, graph.edges]);
  useEffect(() => {
    let left = false;
    const [nodes, edges] = JSON.parse(shape);
    placeTasks({ nodes, edges }, elkInWorker()).then(
      (places) => !left && setResult({ places, failed: false }),
      () => !left && setResult({ places: null, failed: true }),
    );
    return () => {
      left = true;
    };
  }, [shape]);
  return result;
}

function PlacedGraph({ graph, tasks, lit, chosen, choose, places }: Props & { places: Places }) {
  const start = useMemo(() => firstToSee(tasks), [tasks]);
  const [current, setCurrent] = useState<{ id: string; focus: boolean }>({ id: start, focus: false });
  const flow = useRef<ReactFlowInstance<TaskFlowNode, Edge> | null>(null);
  const extent = useMemo(() => extentOf(places), [places]);
  const at = places.has(current.id) ? current.id : start;

  const nodes = useMemo<TaskFlowNode[]>(
    () =>
      tasks.map((task) => ({
        id: task.id,
        type: "task",
        position: places.get(task.id) ?? { x: 0, y: 0 },
        width: kNodeWidth,
        height: kNodeHeight,
        data: {
          task,
          current: task.id === at,
          focus: task.id === at && current.focus,
          selected: task.id === chosen,
          choose,
        },
      })),
    [tasks, places, at, current.focus, chosen, choose],
  );
  const edges = useMemo<Edge[]>(() => graph.edges.map((edge) => drawEdge(edge, lit)), [graph.edges, lit]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (!isArrow(event.key) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const next = walk(event.key, at, graph, places);
    setCurrent({ id: next, focus: true });
    const place = places.get(next);
    if (place)
      flow.current?.setCenter(place.x + kNodeWidth / 2, place.y + kNodeHeight / 2, {
        zoom: Math.max(flow.current.getZoom(), kReadableZoom),
      });
  };

  const onInit = (instance: ReactFlowInstance<TaskFlowNode, Edge>) => {
    flow.current = instance;
    requestAnimationFrame(() => void showWhole(instance, places.get(start)));
  };

  const height = Math.min(kHeightMax, Math.max(kHeightMin, extent.height + 80));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys of the task buttons inside bubble up to here
    <div className="graph-frame" style={{ height }} onKeyDown={onKeyDown} data-testid="task-graph">
      <ReactFlow<TaskFlowNode, Edge>
        nodes={nodes}
        edges={edges}
        nodeTypes={kNodeTypes}
        onInit={onInit}
        onlyRenderVisibleElements={tasks.length > 150}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        preventScrolling={false}
        zoomOnScroll={false}
        minZoom={0.05}
        maxZoom={1.5}
        proOptions={{ hideAttribution: true }}
        aria-label={`Graph of ${sayCount(tasks.length, "task")}. Arrow keys walk along it; the table of attempts has the same tasks.`}
      >
        <Background gap={24} size={1} />
        <Controls showInteractive={false} />
      </ReactFlow>
    </div>
  );
}

/** The root cause, else what failed by itself, else the first task. */
function firstToSee(tasks: TaskView[]): string {
  const found =
    tasks.find((task) => task.role === "root_cause") ??
    tasks.find((task) => task.state === "FAILED" || task.state === "TIMED_OUT") ??
    tasks[0];
  return found?.id ?? "";
}

function extentOf(places: Places) {
  let [width, height] = [0, 0];
  for (const { x, y } of places.values()) {
    width = Math.max(width, x + kNodeWidth);
    height = Math.max(height, y + kNodeHeight);
  }
  return { width, height };
}

async function showWhole(instance: ReactFlowInstance<TaskFlowNode, Edge>, start: { x: number; y: number } | undefined) {
  // The zoom buttons stand on the left.
  await instance.fitView({ padding: { left: "56px", right: "16px", top: "16px", bottom: "16px" }, maxZoom: 1 });
  if (instance.getZoom() < kReadableZoom && start) {
    await instance.setCenter(start.x + kNodeWidth / 2, start.y + kNodeHeight / 2, { zoom: 0.8 });
  }
}

function drawEdge({ from, to }: { from: string; to: string }, lit: Set<string>): Edge {
  const id = edgeId(from, to);
  const isLit = lit.has(id);
  return {
    id,
    source: from,
    target: to,
    className: isLit ? "edge-lit" : "edge",
    zIndex: isLit ? 1 : 0,
    markerEnd: {
      type: MarkerType.ArrowClosed,
      markerUnits: "userSpaceOnUse",
      width: 16,
      height: 16,
      color: isLit ? "var(--bad)" : "var(--edge)",
    },
  };
}

/** Says what borders and shapes mean; only what is on the graph. */
export function GraphLegend({ tasks, cascade }: { tasks: TaskView[]; cascade: boolean }) {
  const roles = (["root_cause", "independent", "victim", "recovered", "healthy"] as const).filter((role) =>
    tasks.some((task) => task.role === role),
  );
  if (roles.length === 0) return null;
  return (
    <ul className="legend" aria-label="Legend">
      {roles.map((role) => (
        <li key={role} className={`tone-${roleMark(role).tone}`}>
          <Icon shape={roleMark(role).shape} /> {roleMark(role).word}{" "}
          <span className="quiet">{tasks.filter((task) => task.role === role).length}</span>
        </li>
      ))}
      {cascade && (
        <li>
          <span className="legend-edge" aria-hidden="true" /> how it spread
        </li>
      )}
    </ul>
  );
}
