/** What a search has found so far. Pure, so that tests can play any order of events. */

import { ProblemError } from "../api/problem";
import type { Hit, HitGroup, RunFailure, SearchEvent, SearchProgress, SearchReason } from "../api/search_stream";
import { kLevels } from "../search";

export interface Found {
  status: "running" | "done" | "stopped" | "failed";
  progress: SearchProgress | null;
  groups: Map<string, HitGroup>;
  hits: Hit[];
  /** Runs that could not be read. */
  failures: RunFailure[];
  /** Of a search that ended: false where it gave up before all was read, and why. */
  complete: boolean;
  reason: SearchReason | null;
  /** What to try where nothing was found. */
  hint: string | null;
  problem: ProblemError | null;
}

export type FoundEvent = SearchEvent | { type: "start" } | { type: "stop" } | { type: "closed" };

export const nothingYet: Found = {
  status: "running",
  progress: null,
  groups: new Map(),
  hits: [],
  failures: [],
  complete: true,
  reason: null,
  hint: null,
  problem: null,
};

/** All events of one piece at once: the groups are copied once a piece, not once an event. */
export function take(found: Found, events: FoundEvent[]): Found {
  let next: Found = { ...found, groups: new Map(found.groups), hits: [...found.hits], failures: [...found.failures] };
  for (const event of events) {
    switch (event.type) {
      case "start":
        next = { ...nothingYet, groups: new Map(), hits: [], failures: [] };
        break;
      case "progress":
        next.progress = event;
        break;
      case "group":
        next.groups.set(event.group.signature, event.group);
        break;
      case "hit":
        next.hits.push(event.hit);
        break;
      case "error":
        next.failures.push(event);
        break;
      case "failed":
        next = { ...next, status: "failed", problem: event.problem };
        break;
      case "end":
        for (const group of event.groups ?? []) next.groups.set(group.signature, group);
        next = {
          ...next,
          status: "done",
          complete: event.complete,
          reason: event.reason ?? null,
          hint: event.hint ?? null,
        };
        break;
      case "stop":
        if (next.status === "running") next = { ...next, status: "stopped" };
        break;
      case "closed":
        // A stream that just ends was cut: what it found stands, but it is not all.
        if (next.status === "running")
          next = {
            ...next,
            status: "failed",
            problem: new ProblemError(0, "stream", "The connection broke before the search had ended."),
          };
        break;
    }
  }
  return next;
}

const kReasons: Record<SearchReason, string> = {
  limit: "enough was found",
  time: "the time for one search was over",
  stopped: "the server stopped it",
  errors: "some runs could not be read",
};

export const sayReason = (reason: SearchReason | null) => (reason ? (kReasons[reason] ?? reason) : "");

const kKinds = ["errors", "logs", "data"];
const gravity = (group: HitGroup): number => {
  if (group.kind !== "logs") return kKinds.indexOf(group.kind) * 10;
  const level = kLevels.indexOf(group.level as (typeof kLevels)[number]);
  return 10 + (level >= 3 ? 0 : level === 2 ? 1 : 2);
};

/** Best first, as the server ranks them: errors, then lines by level, then data; then by runs, hits, and last seen. */
export const rank = (groups: Iterable<HitGroup>): HitGroup[] =>
  [...groups].sort(
    (a, b) =>
      gravity(a) - gravity(b) ||
      b.runs - a.runs ||
      b.hits - a.hits ||
      (b.last_seen ?? "").localeCompare(a.last_seen ?? "") ||
      a.signature.localeCompare(b.signature),
  );

export type FacetName = "dag" | "level" | "kind" | "task";
export interface FacetValue {
  value: string;
  count: number;
}

const kFacets: Record<FacetName, (hit: Hit) => string | null> = {
  dag: (hit) => hit.dag_id,
  level: (hit) => hit.level?.toLowerCase() ?? null,
  kind: (hit) => hit.kind,
  task: (hit) => hit.task_id,
};

/** How many of the hits have each value, most first. */
export function facetsOf(hits: Hit[]): Record<FacetName, FacetValue[]> {
  const count = (name: FacetName) => {
    const counts = new Map<string, number>();
    for (const hit of hits) {
      const value = kFacets[name](hit);
      if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return [...counts]
      .map(([value, many]) => ({ value, count: many }))
      .sort((a, b) => b.count - a.count || a.value.localeCompare(b.value));
  };
  return { dag: count("dag"), level: count("level"), kind: count("kind"), task: count("task") };
}

/** Hits of each group, in the order in which they came; the group's example where none of its own did. */
export function hitsByGroup(found: Found): Map<string, Hit[]> {
  const lists = new Map<string, Hit[]>();
  for (const hit of found.hits) {
    const list = lists.get(hit.signature);
    if (list) list.push(hit);
    else lists.set(hit.signature, [hit]);
  }
  for (const group of found.groups.values())
    if (!lists.has(group.signature)) lists.set(group.signature, [group.example]);
  return lists;
}
