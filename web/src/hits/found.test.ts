import { expect, test } from "vitest";
import { type Hit, type HitGroup, readEvent } from "../api/search_stream";
import { facetsOf, hitsByGroup, nothingYet, rank, take } from "./found";

const hit = (signature: string, more: Partial<Hit> = {}): Hit => ({
  signature,
  dag_id: "d",
  deployment_id: "dep_1",
  date: "2026-11-20",
  run_id: "r",
  phase: "load",
  attempt: 1,
  kind: "logs",
  row: 3,
  ts: null,
  level: "INFO",
  task_id: "load",
  field: "message",
  snippet: "s",
  highlights: [],
  ...more,
});
const group = (signature: string, more: Partial<HitGroup> = {}): HitGroup => ({
  signature,
  title: signature,
  kind: "logs",
  level: "INFO",
  hits: 1,
  runs: 1,
  dags: 1,
  first_seen: null,
  last_seen: null,
  summary: `this line in 1 run`,
  example: hit(signature),
  ...more,
});

test("a group that grew replaces itself; hits add up", () => {
  const found = take(nothingYet, [
    { type: "group", group: group("a") },
    { type: "hit", hit: hit("a") },
    { type: "group", group: group("a", { hits: 9 }) },
    { type: "progress", runs_seen: 1, runs_total: 2, rows_scanned: 10, rows_skipped: 0, hits: 9 },
  ]);
  expect(found.groups.get("a")?.hits).toBe(9);
  expect(found.hits.length).toBe(1);
  expect(found.status).toBe("running");
  expect(nothingYet.groups.size).toBe(0);
});

test("an end is an end: what comes after it changes no status", () => {
  const done = take(nothingYet, [{ type: "end", complete: false, reason: "time" }, { type: "closed" }]);
  expect(done).toMatchObject({ status: "done", complete: false, reason: "time" });
  expect(take(done, [{ type: "stop" }]).status).toBe("done");
});

test("a stream that just ends was cut; one that was stopped was not", () => {
  expect(take(nothingYet, [{ type: "closed" }]).status).toBe("failed");
  expect(take(take(nothingYet, [{ type: "stop" }]), [{ type: "closed" }]).status).toBe("stopped");
});

test("a new search forgets the old one", () => {
  const old = take(nothingYet, [
    { type: "hit", hit: hit("a") },
    { type: "end", complete: true, reason: null },
  ]);
  expect(take(old, [{ type: "start" }])).toEqual(nothingYet);
});

test("errors rank before lines, lines by level, then by runs and hits", () => {
  const groups = [
    group("data", { kind: "data", level: null, runs: 99 }),
    group("info", { runs: 50 }),
    group("warning", { level: "WARNING" }),
    group("critical", { level: "CRITICAL" }),
    group("error line", { level: "ERROR", runs: 2 }),
    group("error", { kind: "errors", level: "ERROR" }),
  ];
  expect(rank(groups).map((each) => each.signature)).toEqual([
    "error",
    "error line",
    "critical",
    "warning",
    "info",
    "data",
  ]);
});

test("facets count the hits, most first", () => {
  const facets = facetsOf([
    hit("a", { dag_id: "x" }),
    hit("b", { dag_id: "y", level: "ERROR", kind: "errors" }),
    hit("c", { dag_id: "y", level: null, task_id: null, kind: "data" }),
  ]);
  expect(facets.dag).toEqual([
    { value: "y", count: 2 },
    { value: "x", count: 1 },
  ]);
  expect(facets.level.map((each) => each.value)).toEqual(["error", "info"]);
  expect(facets.task).toEqual([{ value: "load", count: 2 }]);
});

test("a group without hits of its own shows its example", () => {
  const found = take(nothingYet, [
    { type: "group", group: group("a") },
    { type: "group", group: group("b") },
    { type: "hit", hit: hit("b", { row: 7 }) },
  ]);
  expect([...hitsByGroup(found)].map(([name, hits]) => [name, hits.map((each) => each.row)])).toEqual([
    ["b", [7]],
    ["a", [3]],
  ]);
});

test("lines of the stream: known ones, problems, nonsense, and what a newer server may say", () => {
  expect(readEvent('{"type":"end","complete":true}')).toMatchObject({ type: "end", complete: true });
  expect(readEvent('{"type":"novelty"}')).toBeNull();
  expect(readEvent("{")).toMatchObject({ type: "failed" });
  const failed = readEvent('{"type":"error","status":502,"code":"storage_unavailable","detail":"chunk 3 is gone"}');
  expect(failed?.type === "error" && [failed.problem.status, failed.problem.message]).toEqual([502, "chunk 3 is gone"]);
});

test("a run that cannot be read is told of, and the search goes on", () => {
  const line = '{"type":"error","status":502,"detail":"gone","problem":"/problems/x","dag_id":"d","run_id":"r"}';
  const event = readEvent(line);
  if (!event) throw new Error("no event");
  const found = take(nothingYet, [event, { type: "hit", hit: hit("a") }]);
  expect(found.status).toBe("running");
  expect(found.failures.map(({ dag_id, run_id, problem }) => [dag_id, run_id, problem.message])).toEqual([
    ["d", "r", "gone"],
  ]);
  expect(found.hits.length).toBe(1);
});

test("the end brings the groups as they are in the end, and a hint", () => {
  const found = take(nothingYet, [
    { type: "group", group: group("a") },
    { type: "end", complete: true, reason: null, groups: [group("a", { hits: 5 }), group("b")], hint: "try less" },
  ]);
  expect([...found.groups].map(([name, each]) => [name, each.hits])).toEqual([
    ["a", 5],
    ["b", 1],
  ]);
  expect(found.hint).toBe("try less");
});
