/** One task as it is drawn: shape, word, border and colour say the same thing. */
import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { memo, useEffect, useRef } from "react";
import { Icon } from "../parts/icon";
import { roleMark, stateMark } from "../text/states";
import type { TaskView } from "./task_view";

export type TaskNodeData = {
  task: TaskView;
  /** The one node that the tab key reaches. */
  current: boolean;
  /** True when the keyboard moved here: the node takes the focus. */
  focus: boolean;
  selected: boolean;
  choose: (id: string) => void;
};

export type TaskFlowNode = Node<TaskNodeData, "task">;

/** What stands below the name: the role, or the state while there is none, and what cannot be drawn. */
function sayMark(task: TaskView): string {
  if (task.said !== undefined) return task.said;
  const mark = task.role && task.role !== "healthy" ? roleMark(task.role) : stateMark(task.state);
  if (task.instances > 0) return `${mark.word} · ${task.failedInstances}/${task.instances} failed`;
  return task.attempts > 1 ? `${mark.word} · ${task.attempts} attempts` : mark.word;
}

export const TaskNodeBox = memo(function TaskNodeBox({ data }: NodeProps<TaskFlowNode>) {
  const { task, current, focus, selected, choose } = data;
  const mark = task.role && task.role !== "healthy" ? roleMark(task.role) : stateMark(task.state);
  const box = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (focus) box.current?.focus({ preventScroll: true });
  }, [focus]);
  return (
    <>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <button
        ref={box}
        type="button"
        className={`task-node nodrag nopan tone-${mark.tone} role-${task.role ?? "none"}`}
        data-task={task.id}
        data-role={task.role ?? ""}
        tabIndex={current ? 0 : -1}
        aria-pressed={selected}
        onClick={() => choose(task.id)}
      >
        <Icon shape={mark.shape} />
        <span className="task-node-text">
          <span className="task-node-name" title={task.id}>
            {task.id}
          </span>
          <span className="task-node-mark">
            {task.role && task.role !== "healthy" && (
              <span className="visually-hidden">{stateMark(task.state).word}, </span>
            )}
            {sayMark(task)}
          </span>
        </span>
      </button>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </>
  );
});
