import { expect, test } from "vitest";
import type { ErrorRecord, TaskAttempt } from "../api/client";
import { groupErrors, placesOf } from "./error_groups";

const record = (signature: string | null, ts: string | null, more: Partial<ErrorRecord> = {}): ErrorRecord => ({
  _row: 0,
  ts,
  task_id: "t",
  signature,
  error_type: "KeyError",
  error_title: "'x'",
  error_detail: null,
  traceback: null,
  log_row: null,
  ...more,
});

test("one signature is one group, over phases and attempts; the most frequent first", () => {
  const groups = groupErrors([
    { phase: "a", attempt: 1, record: record("s1", "2026-11-20T01:00:00Z", { error_type: "ValueError" }) },
    { phase: "b", attempt: 1, record: record("s2", "2026-11-20T03:00:00Z") },
    { phase: "b", attempt: 2, record: record("s2", "2026-11-20T02:00:00Z") },
  ]);
  expect(groups.map(({ signature, errors, first, last }) => [signature, errors.length, first, last])).toEqual([
    ["s2", 2, "2026-11-20T02:00:00Z", "2026-11-20T03:00:00Z"],
    ["s1", 1, "2026-11-20T01:00:00Z", "2026-11-20T01:00:00Z"],
  ]);
});

test("without a signature class and title tell errors apart", () => {
  const groups = groupErrors([
    { phase: "a", attempt: 1, record: record(null, null) },
    { phase: "a", attempt: 1, record: record("", null, { error_title: "'y'" }) },
    { phase: "a", attempt: 2, record: record(null, null) },
  ]);
  expect(groups.map((group) => [group.title, group.errors.length])).toEqual([
    ["'x'", 2],
    ["'y'", 1],
  ]);
});

test("failed attempts are looked at, good ones only where their phase counts errors", () => {
  const attempt = (phase: string, number: number, state: string, started_at: string | null = null) =>
    ({ phase, task_id: phase, attempt: number, state, started_at }) as TaskAttempt;
  const attempts = [
    attempt("good", 1, "SUCCEEDED"),
    attempt("noisy", 1, "SUCCEEDED"),
    attempt("late", 1, "FAILED", "2026-11-20T05:00:00Z"),
    attempt("early", 1, "FAILED", "2026-11-20T04:00:00Z"),
    attempt("early", 1, "FAILED", "2026-11-20T04:00:00Z"),
    attempt("never", 1, "UPSTREAM_FAILED"),
  ];
  expect(placesOf(attempts, new Map([["noisy", 2]]))).toEqual([
    { phase: "early", attempt: 1 },
    { phase: "late", attempt: 1 },
    { phase: "noisy", attempt: 1 },
  ]);
});
