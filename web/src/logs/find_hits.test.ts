import { expect, test } from "vitest";
import { type FoundHit, nextHit } from "./find_hits";

const kPage = 3;
const reader = (hits: number[]) => {
  const asked: number[] = [];
  const read = async (page: number) => {
    asked.push(page);
    return { rows: hits.slice(page * kPage, (page + 1) * kPage), total: hits.length };
  };
  return { read, asked };
};
const walk = async (hits: number[], row: number | null, backwards = false) =>
  nextHit(reader(hits).read, kPage, row, backwards);
const kHits = [2, 5, 9, 40, 41, 77, 100];
const at = (row: number, index: number): FoundHit => ({ row, index, total: kHits.length });

test("the next hit behind a row, the one before it, and around the ends", async () => {
  expect(await walk(kHits, null)).toEqual(at(2, 0));
  expect(await walk(kHits, 9)).toEqual(at(40, 3));
  expect(await walk(kHits, 10)).toEqual(at(40, 3));
  expect(await walk(kHits, 100)).toEqual(at(2, 0));
  expect(await walk(kHits, 40, true)).toEqual(at(9, 2));
  expect(await walk(kHits, 2, true)).toEqual(at(100, 6));
  expect(await walk(kHits, 999, true)).toEqual(at(100, 6));
  expect(await walk(kHits, null, true)).toEqual(at(100, 6));
});

test("nothing hit, one hit", async () => {
  expect(await walk([], 5)).toBeNull();
  expect(await walk([7], 7)).toEqual({ row: 7, index: 0, total: 1 });
});

test("a million hits are not read one after the other", async () => {
  const hits = Array.from({ length: 1_000_000 }, (_, i) => i * 2);
  const { read, asked } = reader(hits);
  expect((await nextHit(read, kPage, 777_777, false))?.row).toBe(777_778);
  expect(asked.length).toBeLessThan(30);
});
