import { expect, test } from "vitest";
import type { TaskNode } from "../api/client";
import { viewDag } from "./dag_graph";

const node = (task_id: string) => ({ task_id }) as TaskNode;
const figures = (task_id: string, attempts: number, failed: number) => ({
  task_id,
  attempts,
  failed,
  retried: 0,
  success_rate: null,
  duration_seconds: null,
});

test("each task says how often it was attempted and how often it failed", () => {
  const views = viewDag([node("a"), node("b"), node("c")], [figures("a", 24, 8), figures("b", 1, 0)]);
  expect(views.map(({ id, state, said }) => [id, state, said])).toEqual([
    ["a", "FAILED", "24 attempts, 8 failed"],
    ["b", "SUCCEEDED", "1 attempt"],
    ["c", "", "no attempt"],
  ]);
});
