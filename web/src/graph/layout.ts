/** Where each task is drawn. Pure but for the engine that is handed in, which the page runs in a worker. */
import type { ElkNode } from "elkjs/lib/elk-api";

export const kNodeWidth = 216;
export const kNodeHeight = 60;

export interface LayoutEngine {
  layout(graph: ElkNode): Promise<ElkNode>;
}

export interface GraphShape {
  nodes: string[];
  edges: { from: string; to: string }[];
}

export type Places = Map<string, { x: number; y: number }>;

/** Large graphs give up some beauty for time. */
const kLarge = 300;

/** Edges to tasks that the graph lacks, from a task to itself and doubled ones are left out. */
export function toElk({ nodes, edges }: GraphShape): ElkNode {
  const known = new Map(nodes.map((id, index) => [id, `n${index}`]));
  const drawn = new Map<string, { id: string; sources: string[]; targets: string[] }>();
  for (const { from, to } of edges) {
    const [source, target] = [known.get(from), known.get(to)];
    if (!source || !target || source === target) continue;
    drawn.set(`${source} ${target}`, { id: `${source} ${target}`, sources: [source], targets: [target] });
  }
  const large = nodes.length > kLarge;
  return {
    id: "run",
    layoutOptions: {
      "elk.algorithm": "layered",
      "elk.direction": "RIGHT",
      "elk.layered.spacing.nodeNodeBetweenLayers": "56",
      "elk.spacing.nodeNode": "18",
      // Edges are drawn as curves between the places; their own routes are not used.
      "elk.edgeRouting": "POLYLINE",
      "elk.separateConnectedComponents": "true",
      "elk.spacing.componentComponent": "32",
      "elk.layered.nodePlacement.strategy": large ? "SIMPLE" : "NETWORK_SIMPLEX",
      "elk.layered.thoroughness": large ? "2" : "7",
    },
    children: [...known.values()].map((id) => ({ id, width: kNodeWidth, height: kNodeHeight })),
    edges: [...drawn.values()],
  };
}

export async function placeTasks(graph: GraphShape, engine: LayoutEngine): Promise<Places> {
  const laid = await engine.layout(toElk(graph));
  const places: Places = new Map();
  for (const node of laid.children ?? []) {
    const id = graph.nodes[Number(node.id.slice(1))];
    if (id !== undefined) places.set(id, { x: node.x ?? 0, y: node.y ?? 0 });
  }
  return places;
}
