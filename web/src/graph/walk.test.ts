import { expect, test } from "vitest";
import { walk } from "./walk";

//  a ──▶ b      columns at x 0, 300, 600
//   └──▶ c ──▶ d
const graph = {
  nodes: ["a", "b", "c", "d"],
  edges: [
    { from: "a", to: "b" },
    { from: "a", to: "c" },
    { from: "c", to: "d" },
  ],
};
const places = new Map([
  ["a", { x: 0, y: 90 }],
  ["b", { x: 300, y: 0 }],
  ["c", { x: 300, y: 100 }],
  ["d", { x: 600, y: 100 }],
]);

test.each([
  ["ArrowRight", "a", "c"],
  ["ArrowRight", "d", "d"],
  ["ArrowLeft", "d", "c"],
  ["ArrowLeft", "a", "a"],
  ["ArrowDown", "b", "c"],
  ["ArrowUp", "c", "b"],
  ["ArrowUp", "a", "a"],
  ["Home", "d", "a"],
  ["End", "a", "d"],
  ["ArrowRight", "gone", "gone"],
] as const)("%s from %s leads to %s", (key, from, to) => {
  expect(walk(key, from, graph, places)).toBe(to);
});
