import { expect, test } from "vitest";
import { alignLines, foldSame, maskLine } from "./align";

const shape = (left: string[], right: string[]) =>
  alignLines(left, right).map((row) => `${row.left ?? "-"}${row.right ?? "-"} ${row.kind}`);

test("times, numbers and ids do not make lines differ", () => {
  expect(maskLine("2026-11-19T02:00:07.123Z took 12 ms at 0x7f3a, run 018f0b6e-7c1a-7c3e-9d2b-0a1b2c3d4e5f ")).toBe(
    "# took # ms at #, run #",
  );
  expect(shape(["took 12 ms"], ["took 99 ms"])).toEqual(["00 same"]);
});

test("what one log alone says has a gap beside it", () => {
  expect(shape(["start", "end"], ["start", "retrying", "end"])).toEqual(["00 same", "-1 right", "12 same"]);
  expect(shape(["start", "warn", "end"], ["start", "end"])).toEqual(["00 same", "1- left", "21 same"]);
});

test("other words in the same place stand side by side", () => {
  expect(shape(["a", "refused", "z"], ["a", "timed out", "and again", "z"])).toEqual([
    "00 same",
    "11 differs",
    "-2 right",
    "23 same",
  ]);
});

test("empty logs", () => {
  expect(shape([], [])).toEqual([]);
  expect(shape(["a"], [])).toEqual(["0- left"]);
  expect(shape([], ["a"])).toEqual(["-0 right"]);
});

test("every line of both logs stands there once, in order, whatever they hold", () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % below;
  };
  for (let round = 0; round < 200; round++) {
    const log = () => Array.from({ length: random(12) }, () => "abc"[random(3)] ?? "");
    const [left, right] = [log(), log()];
    const rows = alignLines(left, right);
    expect(rows.flatMap((row) => row.left ?? [])).toEqual(left.map((_, i) => i));
    expect(rows.flatMap((row) => row.right ?? [])).toEqual(right.map((_, i) => i));
    for (const row of rows) if (row.kind === "same") expect(left[row.left ?? -1]).toBe(right[row.right ?? -1]);
  }
});

test("long stretches without a difference are folded, with context left", () => {
  const lines = (many: number) => Array.from({ length: many }, () => "same");
  const rows = alignLines([...lines(9), "x", ...lines(9)], [...lines(9), "y", ...lines(9)]);
  expect(foldSame(rows, 2).map(({ folded, rows: each }) => [folded, each.length])).toEqual([
    [true, 7],
    [false, 5],
    [true, 7],
  ]);
  expect(foldSame(alignLines(["x", "s", "s"], ["y", "s", "s"]), 1).map((each) => each.folded)).toEqual([false, false]);
});
