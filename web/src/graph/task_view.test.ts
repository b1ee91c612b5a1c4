import { expect, test } from "vitest";
import type { RunTasks, TaskAttempt } from "../api/client";
import type { Diagnosis } from "../api/diagnosis";
import { cascadeEdges, edgeId, rolesOf, viewTasks } from "./task_view";

const attempt = (task_id: string, attempt: number, state: string, mapped_of: string | null = null): TaskAttempt => ({
  task_id,
  mapped_of,
  map_index: -1,
  attempt,
  max_attempts: 2,
  state,
  phase: task_id,
});

const node = (task_id: string, is_mapped = false) => ({ task_id, downstream: [], is_mapped, max_attempts: 2 });

function run(nodes: ReturnType<typeof node>[], attempts: TaskAttempt[]): RunTasks {
  return { run_id: "r", dag_id: "d", dag_version: "1", graph: { nodes, edges: [] }, attempts, links: [] };
}

const diagnosis = (tasks: Diagnosis["tasks"]): Diagnosis => ({ title: "", summary: "", ...(tasks && { tasks }) });

test("the last attempt counts", () => {
  const [view] = viewTasks(run([node("a")], [attempt("a", 2, "SUCCEEDED"), attempt("a", 1, "FAILED")]), null);
  expect(view).toMatchObject({ state: "SUCCEEDED", attempts: 2, maxAttempts: 2, role: null });
});

test("a mapped task shows its worst instance and how many failed", () => {
  const attempts = [
    attempt("m[0]", 1, "SUCCEEDED", "m"),
    attempt("m[1]", 1, "FAILED", "m"),
    attempt("m[2]", 1, "UPSTREAM_FAILED", "m"),
  ];
  const [view] = viewTasks(
    run([node("m", true)], attempts),
    diagnosis([{ task_id: "m[1]", state: "FAILED", role: "root_cause" }]),
  );
  expect(view).toMatchObject({ state: "FAILED", instances: 3, failedInstances: 1, role: "root_cause" });
});

test("a task without any attempt is there and says so", () => {
  expect(viewTasks(run([node("a")], []), null)[0]).toMatchObject({ id: "a", state: "", attempts: 0, last: null });
});

test("what succeeded is healthy once there is a diagnosis", () => {
  const tasks = run([node("a"), node("b")], [attempt("a", 1, "SUCCEEDED"), attempt("b", 1, "SKIPPED")]);
  expect(viewTasks(tasks, diagnosis([])).map((view) => view.role)).toEqual(["healthy", null]);
});

test("the gravest role wins, other dags' tasks of the same name do not count", () => {
  const roles = rolesOf(
    diagnosis([
      { task_id: "m[0]", state: "UPSTREAM_FAILED", role: "victim" },
      { task_id: "m[1]", state: "FAILED", role: "independent" },
      { task_id: "x", dag_id: "other", state: "FAILED", role: "root_cause" },
    ]),
    "d",
  );
  expect(roles.get("m")).toBe("independent");
  expect(roles.get("m[0]")).toBe("victim");
  expect(roles.has("x")).toBe(false);
});

//  a ──▶ b ──▶ c ──▶ d
test("the cascade runs along edges, by the shortest path where a hop skips tasks", () => {
  const edges = [
    { from: "a", to: "b" },
    { from: "b", to: "c" },
    { from: "c", to: "d" },
    { from: "b", to: "d" },
  ];
  const hop = (task_id: string, dag_id = "d") => ({ hop: 0, dag_id, task_id });
  expect(cascadeEdges([hop("z", "up"), hop("a"), hop("b"), hop("c")], "d", edges)).toEqual(
    new Set([edgeId("a", "b"), edgeId("b", "c")]),
  );
  expect(cascadeEdges([hop("a"), hop("d")], "d", edges)).toEqual(new Set([edgeId("a", "b"), edgeId("b", "d")]));
  expect(cascadeEdges([hop("d"), hop("a")], "d", edges)).toEqual(new Set());
  expect(cascadeEdges(undefined, "d", edges)).toEqual(new Set());
});
