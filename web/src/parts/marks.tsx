/** States and roles: a shape and a word, tinted. */
import type { Role } from "../api/diagnosis";
import { type Mark, roleMark, stateMark } from "../text/states";
import { Icon } from "./icon";

const Marked = ({ mark, kind }: { mark: Mark; kind: string }) => (
  <span className={`mark ${kind} tone-${mark.tone}`}>
    <Icon shape={mark.shape} />
    {mark.word}
  </span>
);

export const StateMark = ({ state }: { state: string }) => <Marked mark={stateMark(state)} kind="mark-state" />;
export const TaskMark = ({ role }: { role: Role }) => <Marked mark={roleMark(role)} kind="mark-role" />;
