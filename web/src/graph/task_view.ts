/** What the graph and the table of attempts show of each task: records and diagnosis joined. Pure. */
import type { RunTasks, TaskAttempt } from "../api/client";
import type { CascadeHop, Diagnosis, Role } from "../api/diagnosis";

export interface TaskView {
  id: string;
  /** Of the last attempt; the worst of all instances of a mapped task; empty where the task never got one. */
  state: string;
  role: Role | null;
  operator: string;
  attempts: number;
  maxAttempts: number;
  /** Instances of a mapped task, 0 for any other. */
  instances: number;
  failedInstances: number;
  /** The last attempt, of the worst instance. */
  last: TaskAttempt | null;
  /** Stands below the name instead of role and state, where the graph is of no one run. */
  said?: string;
}

const kWorstFirst = [
  "FAILED",
  "TIMED_OUT",
  "CANCELLED",
  "UPSTREAM_FAILED",
  "RUNNING",
  "QUEUED",
  "SKIPPED",
  "SUCCEEDED",
];
const kRolesFirst: Role[] = ["root_cause", "independent", "victim", "recovered", "healthy"];
const isFailure = (state: string) => kWorstFirst.indexOf(state) >= 0 && kWorstFirst.indexOf(state) < 3;

export const baseTask = (attempt: TaskAttempt) => attempt.mapped_of ?? attempt.task_id;

function worse(a: string, b: string): boolean {
  const [left, right] = [kWorstFirst.indexOf(a), kWorstFirst.indexOf(b)];
  return left >= 0 && (right < 0 || left < right);
}

/** The newest attempt of each task instance. */
export function lastAttempts(attempts: TaskAttempt[]): Map<string, TaskAttempt> {
  const last = new Map<string, TaskAttempt>();
  for (const attempt of attempts) {
    const known = last.get(attempt.task_id);
    if (!known || known.attempt < attempt.attempt) last.set(attempt.task_id, attempt);
  }
  return last;
}

/** By base task, the gravest role that any of its instances has in this dag. */
export function rolesOf(diagnosis: Diagnosis | null, dagId: string): Map<string, Role> {
  const roles = new Map<string, Role>();
  for (const task of diagnosis?.tasks ?? []) {
    if (task.dag_id && task.dag_id !== dagId) continue;
    const base = task.task_id.replace(/\[\d+\]$/, "");
    for (const id of new Set([task.task_id, base])) {
      const known = roles.get(id);
      if (!known || kRolesFirst.indexOf(task.role) < kRolesFirst.indexOf(known)) roles.set(id, task.role);
    }
  }
  return roles;
}

function roleOf(known: Role | undefined, state: string, diagnosed: boolean): Role | null {
  if (known) return known;
  return diagnosed && state === "SUCCEEDED" ? "healthy" : null;
}

export function viewTasks(tasks: RunTasks, diagnosis: Diagnosis | null): TaskView[] {
  const roles = rolesOf(diagnosis, tasks.dag_id);
  const byTask = new Map<string, TaskAttempt[]>();
  for (const attempt of lastAttempts(tasks.attempts).values()) {
    const list = byTask.get(baseTask(attempt));
    if (list) list.push(attempt);
    else byTask.set(baseTask(attempt), [attempt]);
  }
  return tasks.graph.nodes.map((node) => {
    const instances = byTask.get(node.task_id) ?? [];
    const last = instances.reduce<TaskAttempt | null>(
      (worst, each) => (!worst || worse(each.state, worst.state) ? each : worst),
      null,
    );
    const state = last?.state ?? "";
    return {
      id: node.task_id,
      state,
      role: roleOf(roles.get(node.task_id), state, diagnosis !== null),
      operator: node.operator ?? last?.operator ?? "",
      attempts: Math.max(0, ...instances.map((each) => each.attempt)),
      maxAttempts: node.max_attempts ?? last?.max_attempts ?? 1,
      instances: node.is_mapped ? instances.length : 0,
      failedInstances: instances.filter((each) => isFailure(each.state)).length,
      last,
    };
  });
}

export const edgeId = (from: string, to: string) => `${from}\u001f${to}`;

/** Ids of the edges on which the failure went on, hop by hop; hops that no edge joins go by the shortest path. */
export function cascadeEdges(
  chain: CascadeHop[] | undefined,
  dagId: string,
  edges: { from: string; to: string }[],
): Set<string> {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const lit = new Set<string>();
  const hops = (chain ?? []).filter((hop) => hop.dag_id === dagId).map((hop) => hop.task_id.replace(/\[\d+\]$/, ""));
  for (let i = 1; i < hops.length; i++) {
    for (const id of shortestPath(next, hops[i - 1] ?? "", hops[i] ?? "")) lit.add(id);
  }
  return lit;
}

function shortestPath(next: Map<string, string[]>, from: string, to: string): string[] {
  const cameFrom = new Map<string, string>([[from, from]]);
  const queue = [from];
  for (const at of queue) {
    if (at === to) break;
    for (const each of next.get(at) ?? []) {
      if (cameFrom.has(each)) continue;
      cameFrom.set(each, at);
      queue.push(each);
    }
  }
  const path: string[] = [];
  for (let at = to; at !== from; ) {
    const before = cameFrom.get(at);
    if (before === undefined) return [];
    path.push(edgeId(before, at));
    at = before;
  }
  return path;
}
