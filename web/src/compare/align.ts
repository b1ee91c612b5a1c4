/** Two logs line by line: what both say stands side by side, what one alone says has a gap beside it. Pure. */

export interface AlignedRow {
  /** Index of the line in each log; null: the other one alone has it. */
  left: number | null;
  right: number | null;
  /** same: but for times, numbers and ids; differs: in the same place, other words. */
  kind: "same" | "differs" | "left" | "right";
}

/** What differs from one attempt to the next without meaning anything: times, ids, addresses, numbers. */
const kVolatile =
  /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,\d]*(?:Z|[+-]\d\d:?\d\d)?|\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|\b0x[0-9a-f]+\b|\b[0-9a-f]{12,}\b|\d+/gi;

export const maskLine = (line: string) => line.replaceAll(kVolatile, "#").trimEnd();

/** Lines of each log that are compared; a table of this size squared is made. */
export const kLinesMax = 2000;

/** At most kLinesMax lines a side. */
export function alignLines(left: string[], right: string[]): AlignedRow[] {
  const a = left.map(maskLine);
  const b = right.map(maskLine);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const rows: AlignedRow[] = [];
  for (let i = 0; i < head; i++) rows.push({ left: i, right: i, kind: "same" });
  rows.push(...pairUp(middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail), head)));
  for (let i = tail; i > 0; i--) rows.push({ left: a.length - i, right: b.length - i, kind: "same" });
  return rows;
}

/** The longest common subsequence, by the table of its lengths. */
function middle(a: string[], b: string[], offset: number): AlignedRow[] {
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const rows: AlignedRow[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      rows.push({ left: offset + i++, right: offset + j++, kind: "same" });
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) {
      rows.push({ left: offset + i++, right: null, kind: "left" });
    } else {
      rows.push({ left: null, right: offset + j++, kind: "right" });
    }
  }
  return rows;
}

/** Between two lines that are the same, what each side says is put side by side. */
function pairUp(rows: AlignedRow[]): AlignedRow[] {
  const paired: AlignedRow[] = [];
  let lefts: number[] = [];
  let rights: number[] = [];
  const flush = () => {
    const both = Math.min(lefts.length, rights.length);
    for (let k = 0; k < Math.max(lefts.length, rights.length); k++) {
      const kind = k < both ? "differs" : lefts.length > both ? "left" : "right";
      paired.push({ left: lefts[k] ?? null, right: rights[k] ?? null, kind });
    }
    lefts = [];
    rights = [];
  };
  for (const row of rows) {
    if (row.kind === "same") {
      flush();
      paired.push(row);
    } else if (row.left !== null) lefts.push(row.left);
    else if (row.right !== null) rights.push(row.right);
  }
  flush();
  return paired;
}

/** A stretch of rows that is shown, or that is the same on both sides and folded away. */
export interface Stretch {
  folded: boolean;
  rows: AlignedRow[];
}

/** Rows that are the same and far from any difference are folded; a fold hides at least two. */
export function foldSame(rows: AlignedRow[], context: number): Stretch[] {
  const near = new Array<boolean>(rows.length).fill(false);
  rows.forEach((row, at) => {
    if (row.kind !== "same") near.fill(true, Math.max(0, at - context), Math.min(rows.length, at + context + 1));
  });
  const stretches: Stretch[] = [];
  rows.forEach((row, at) => {
    const folded = !near[at];
    const last = stretches.at(-1);
    if (last && last.folded === folded) last.rows.push(row);
    else stretches.push({ folded, rows: [row] });
  });
  return stretches.map((each) => (each.folded && each.rows.length < 2 ? { ...each, folded: false } : each));
}
