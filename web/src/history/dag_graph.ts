/** Tasks of a DAG as its graph shows them: how often each was attempted, and how often in vain. Pure. */
import type { TaskNode } from "../api/client";
import type { Statistics } from "../api/history";
import type { TaskView } from "../graph/task_view";
import { sayCount } from "../text/states";

export function viewDag(nodes: TaskNode[], figures: Statistics["tasks"]): TaskView[] {
  const byTask = new Map(figures.map((task) => [task.task_id, task]));
  return nodes.map((node) => {
    const { attempts = 0, failed = 0 } = byTask.get(node.task_id) ?? {};
    const often = attempts === 0 ? "no attempt" : sayCount(attempts, "attempt");
    return {
      id: node.task_id,
      state: attempts === 0 ? "" : failed > 0 ? "FAILED" : "SUCCEEDED",
      role: null,
      operator: node.operator ?? "",
      attempts,
      maxAttempts: node.max_attempts ?? 1,
      instances: 0,
      failedInstances: 0,
      last: null,
      said: failed > 0 ? `${often}, ${failed} failed` : often,
    };
  });
}
