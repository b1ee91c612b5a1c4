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

export function describeTask(task: TaskView): string {
  const words = [task.id, stateMark(task.state).word];
  if (task.role && task.role !== "healthy") words.push(roleMark(task.role).word);
  if (task.instances > 0) words.push(`${task.failedInstances} of ${task.instances} instances failed`);
  if (task.attempts > 1) words.push(`${task.attempts} attempts`);
  return words.join(", ");
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
        aria-label={describeTask(task)}
        onClick={() => choose(task.id)}
      >
        <Icon shape={mark.shape} />
        <span className="task-node-text">
          <span className="task-node-name" title={task.id}>
            {task.id}
          </span>
          <span className="task-node-mark">
            {mark.word}
            {task.instances > 0 && ` · ${task.failedInstances}/${task.instances} failed`}
            {task.instances === 0 && task.attempts > 1 && ` · ${task.attempts} attempts`}
          </span>
        </span>
      </button>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </>
  );
});
