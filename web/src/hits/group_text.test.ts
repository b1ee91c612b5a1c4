import { expect, test } from "vitest";
import type { HitGroup } from "../api/search_stream";
import { sayGroup, saySince } from "./group_text";
import { cutSnippet } from "./snippet";

const kNow = Date.parse("2026-11-20T12:00:00Z"); // a Friday

test("since when, as one would say it", () => {
  expect(saySince("2026-11-20T08:05:00Z", kNow)).toBe("since 08:05 today");
  expect(saySince("2026-11-17T08:05:00Z", kNow)).toBe("since Tuesday");
  expect(saySince("2026-11-13T08:05:00Z", kNow)).toBe("since 2026-11-13");
  expect(saySince(null, kNow)).toBe("");
});

test("a group in a sentence", () => {
  const group = { kind: "errors", runs: 37, dags: 4, hits: 37, first_seen: "2026-11-17T08:05:00Z" } as HitGroup;
  expect(sayGroup(group, kNow)).toBe("this error in 37 runs of 4 DAGs since Tuesday");
  expect(sayGroup({ ...group, kind: "logs", runs: 1, dags: 1, hits: 1200, first_seen: null }, kNow)).toBe(
    "this line 1,200 times in 1 run of 1 DAG",
  );
});

test("highlights count code points, not bytes or halves of characters", () => {
  expect(cutSnippet("💥 héllo wörld", [[2, 7]])).toEqual([
    { text: "💥 ", hit: false },
    { text: "héllo", hit: true },
    { text: " wörld", hit: false },
  ]);
  expect(cutSnippet("abc", [])).toEqual([{ text: "abc", hit: false }]);
});

test("highlights that cannot be are left out, the text never is", () => {
  expect(cutSnippet("abc", [[1, 99]])).toEqual([{ text: "abc", hit: false }]);
  expect(
    cutSnippet("abc", [
      [0, 2],
      [1, 3],
    ])
      .map((piece) => piece.text)
      .join(""),
  ).toBe("abc");
});
