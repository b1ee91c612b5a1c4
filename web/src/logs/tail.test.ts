import { expect, test } from "vitest";
import type { LogLine } from "../api/client";
import { emptyTail, endOf, grow, kTailLinesMax, tailLine } from "./tail";

const line = (row: number) => ({ _row: row, message: `m${row}` }) as LogLine;
const rows = (from: number, count: number) => Array.from({ length: count }, (_, i) => line(from + i));

test("lines follow one another; what comes twice is there once", () => {
  const tail = grow(grow(emptyTail(10), rows(10, 3)), rows(11, 4));
  expect(tail.lines.map((each) => each._row)).toEqual([10, 11, 12, 13, 14]);
  expect(endOf(tail)).toBe(15);
  expect(tailLine(tail, 12)?.message).toBe("m12");
  expect(tailLine(tail, 9)).toBeUndefined();
  expect(tailLine(tail, 15)).toBeUndefined();
});

test("a gap drops what was before it, so that a row is never another one's", () => {
  const tail = grow(grow(emptyTail(0), rows(0, 2)), rows(7, 2));
  expect(tail.first).toBe(7);
  expect(tailLine(tail, 1)).toBeUndefined();
  expect(tailLine(tail, 8)?._row).toBe(8);
});

test("only the end is kept", () => {
  const tail = grow(emptyTail(0), rows(0, kTailLinesMax + 5));
  expect(tail.lines.length).toBe(kTailLinesMax);
  expect(tail.first).toBe(5);
  expect(tailLine(tail, kTailLinesMax + 4)?._row).toBe(kTailLinesMax + 4);
});
