/** Arrow keys in the graph: along the edges left and right, to the neighbour in the same column up and down. Pure. */
import type { GraphShape, Places } from "./layout";

export type Arrow = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" | "Home" | "End";

export const isArrow = (key: string): key is Arrow => /^(Arrow(Left|Right|Up|Down)|Home|End)$/.test(key);

const kColumn = 40;

export function walk(key: Arrow, at: string, graph: GraphShape, places: Places): string {
  const here = places.get(at);
  if (!here) return at;
  const nearest = (ids: string[]) =>
    ids
      .filter((id) => places.has(id))
      .sort((a, b) => Math.abs((places.get(a)?.y ?? 0) - here.y) - Math.abs((places.get(b)?.y ?? 0) - here.y))[0] ?? at;
  switch (key) {
    case "ArrowRight":
      return nearest(graph.edges.filter((edge) => edge.from === at).map((edge) => edge.to));
    case "ArrowLeft":
      return nearest(graph.edges.filter((edge) => edge.to === at).map((edge) => edge.from));
    case "ArrowUp":
    case "ArrowDown": {
      const down = key === "ArrowDown";
      return nearest(
        graph.nodes.filter((id) => {
          const place = places.get(id);
          if (!place || id === at || Math.abs(place.x - here.x) > kColumn) return false;
          return down ? place.y > here.y : place.y < here.y;
        }),
      );
    }
    case "Home":
      return graph.nodes[0] ?? at;
    case "End":
      return graph.nodes.at(-1) ?? at;
  }
}
