import { expect, test } from "vitest";
import { readFind, readLogs, readNext, readStart } from "./search";

test("filters keep what is known and drop the rest", () => {
  expect(readStart({ state: "FAILED,SLEEPING,RUNNING", dag: 7 })).toEqual({ state: "FAILED,RUNNING", dag: "7" });
  expect(readStart({ state: "x", dag: "" })).toEqual({ state: undefined, dag: undefined });
});

test("a place in a log", () => {
  expect(readLogs({ attempt: "2", row: "0", level: "error", keyword: "404" })).toMatchObject({
    attempt: 2,
    row: 0,
    level: "ERROR",
    keyword: "404",
  });
  expect(readLogs({ attempt: "0", row: "-1", level: "LOUD" })).toMatchObject({
    attempt: undefined,
    row: undefined,
    level: undefined,
  });
  expect(readLogs({ row: "9".repeat(40) }).row).toBeUndefined();
  expect(readFind({ dag: "a", run: "r", row: "7" })).toMatchObject({ dag: "a", run: "r", row: 7, phase: undefined });
});

test("after the sign-in only pages of this server follow", () => {
  expect(readNext({ next: "/dags/a/runs/2026-01-01/r?task=x" }).next).toBe("/dags/a/runs/2026-01-01/r?task=x");
  for (const next of [
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "/sign-in?next=/",
    5,
  ]) {
    expect(readNext({ next }).next).toBeUndefined();
  }
});
