/** Walks from hit to hit in a log whose hits the server lists page by page, in the order of their rows. */

export interface HitPage {
  rows: number[];
  total: number;
}

export type ReadHits = (page: number) => Promise<HitPage>;

export interface FoundHit {
  row: number;
  /** Counted from 0, of `total`. */
  index: number;
  total: number;
}

/** The first hit behind `row` (or the last one before it), around the end where there is none; null: nothing is hit. */
export async function nextHit(
  read: ReadHits,
  pageRows: number,
  row: number | null,
  backwards: boolean,
): Promise<FoundHit | null> {
  const { total } = await read(0);
  if (total === 0) return null;
  const rowAt = async (index: number) => (await read(Math.floor(index / pageRows))).rows[index % pageRows] ?? 0;
  const first = row === null ? 0 : await firstFrom(rowAt, total, backwards ? row : row + 1);
  const index = (backwards ? first - 1 + total : first) % total;
  return { row: await rowAt(index), index, total };
}

/** Index of the first hit at or behind `row`; `total` where there is none. */
async function firstFrom(rowAt: (index: number) => Promise<number>, total: number, row: number): Promise<number> {
  let [low, high] = [0, total];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await rowAt(middle)) < row) low = middle + 1;
    else high = middle;
  }
  return low;
}
