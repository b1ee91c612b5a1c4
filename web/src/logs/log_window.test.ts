import { expect, test } from "vitest";
import { kWindowLines, pagesOf, windowAt } from "./log_window";

test("a log that fits is one window", () => {
  expect(windowAt(7, 10)).toEqual({ first: 0, count: 10 });
  expect(windowAt(0, 0)).toEqual({ first: 0, count: 0 });
});

test("a long log is shown around the line that is looked for", () => {
  expect(windowAt(kWindowLines + 3, 2 * kWindowLines + 5)).toEqual({ first: kWindowLines, count: kWindowLines });
  expect(windowAt(10 * kWindowLines, 2 * kWindowLines + 5)).toEqual({ first: 2 * kWindowLines, count: 5 });
});

test("pages that lines lie on", () => {
  expect(pagesOf(0, 0, 200)).toEqual([0]);
  expect(pagesOf(199, 401, 200)).toEqual([0, 1, 2]);
  expect(pagesOf(0, -1, 200)).toEqual([]);
});
