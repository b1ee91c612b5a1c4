/** What changed, member by member: before and after of a change signal as rows. Pure. */
export interface ChangedMember {
  name: string;
  before: string | null;
  after: string | null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function say(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Members that are the same before and after are left out. */
export function changedMembers(before: unknown, after: unknown): ChangedMember[] {
  if (!isObject(before) && !isObject(after)) {
    const row = { name: "", before: say(before), after: say(after) };
    return row.before === row.after ? [] : [row];
  }
  const [was, is] = [isObject(before) ? before : {}, isObject(after) ? after : {}];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .map((name) => ({ name, before: say(was[name]), after: say(is[name]) }))
    .filter((row) => row.before !== row.after);
}

/** `0.5 s before the first failing run`, from hours. */
export function sayLead(hours: number | undefined, sayDuration: (seconds: number) => string): string {
  if (hours === undefined) return "";
  return `${sayDuration(Math.abs(hours) * 3600)} ${hours < 0 ? "after" : "before"} the first failing run`;
}
