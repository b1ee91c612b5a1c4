import ELK from "elkjs/lib/elk.bundled.js";
import { expect, test } from "vitest";
import { kNodeHeight, kNodeWidth, placeTasks, toElk } from "./layout";

test("edges that lead nowhere, to themselves or twice are left out", () => {
  const elk = toElk({
    nodes: ["a", "b"],
    edges: [
      { from: "a", to: "b" },
      { from: "a", to: "b" },
      { from: "a", to: "a" },
      { from: "a", to: "gone" },
    ],
  });
  expect(elk.edges).toHaveLength(1);
  expect(elk.children).toHaveLength(2);
});

//  a ──▶ b ──▶ d
//  └───▶ c ────┘    e
test("tasks stand right of what they wait for, and none on another", async () => {
  const graph = {
    nodes: ["d", "a b/c", "x y", "c", "e"],
    edges: [
      { from: "a b/c", to: "x y" },
      { from: "a b/c", to: "c" },
      { from: "x y", to: "d" },
      { from: "c", to: "d" },
    ],
  };
  const places = await placeTasks(graph, new ELK());
  const at = (id: string) => places.get(id) ?? { x: Number.NaN, y: Number.NaN };
  expect(places.size).toBe(5);
  for (const { from, to } of graph.edges) expect(at(from).x + kNodeWidth).toBeLessThan(at(to).x);
  for (const one of graph.nodes) {
    for (const other of graph.nodes) {
      if (one === other) continue;
      const apart = Math.abs(at(one).x - at(other).x) >= kNodeWidth || Math.abs(at(one).y - at(other).y) >= kNodeHeight;
      expect(apart, `${one} and ${other}`).toBe(true);
    }
  }
});

test("a thousand tasks are laid out in time", async () => {
  const nodes = Array.from({ length: 1000 }, (_, i) => `t${i}`);
  const edges = nodes.slice(1).flatMap((to, i) => [
    { from: `t${Math.floor(i / 3)}`, to },
    { from: `t${Math.floor(i / 2)}`, to },
  ]);
  const places = await placeTasks({ nodes, edges }, new ELK());
  expect(places.size).toBe(1000);
}, 30_000);

test("a cycle in what was claimed is drawn, not refused", async () => {
  const places = await placeTasks(
    {
      nodes: ["a", "b"],
      edges: [
        { from: "a", to: "b" },
        { from: "b", to: "a" },
      ],
    },
    new ELK(),
  );
  expect(places.size).toBe(2);
});
