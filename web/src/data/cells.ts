/** What a cell of a data row shows, and how wide its column is. Pure. */
export interface CellText {
  text: string;
  kind: "null" | "number" | "text" | "nested";
}

const kNumbers = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|REAL|DECIMAL.*|[us]?int\d*|double|float\d*)$/i;

export const isNumber = (type: string) => kNumbers.test(type);

export function sayCell(value: unknown): CellText {
  if (value === null || value === undefined) return { text: "null", kind: "null" };
  if (typeof value === "number" || typeof value === "boolean") return { text: String(value), kind: "number" };
  if (typeof value === "string") return { text: value, kind: "text" };
  return { text: JSON.stringify(value), kind: "nested" };
}

/** All of it, for those who look at one cell. */
export const sayWhole = (value: unknown): string =>
  typeof value === "object" && value !== null ? JSON.stringify(value, null, 2) : sayCell(value).text;

/** The shown part of a long value: a cell is one line. */
export const kCellCharacters = 200;
export const oneLine = (text: string) => text.slice(0, kCellCharacters).replaceAll(/\s+/g, " ");

const kLetterPixels = 7.9;
const kPaddingPixels = 22;
const kWidthMin = 72;
const kWidthMax = 340;

/** As wide as its name, its type and the first rows' values need, within bounds. */
export function widthOf(column: { name: string; type: string }, rows: Record<string, unknown>[]): number {
  const longest = rows.reduce(
    (most, row) => Math.max(most, oneLine(sayCell(row[column.name]).text).length),
    Math.max(column.name.length, column.type.length),
  );
  return Math.round(Math.min(kWidthMax, Math.max(kWidthMin, longest * kLetterPixels + kPaddingPixels)));
}

export interface Cell {
  row: number;
  column: number;
}

interface Size {
  rows: number;
  columns: number;
  /** Rows that a page key moves by. */
  page: number;
}

/** Where a key leads in a grid; null where it is none of ours. */
export function moveCell(key: string, whole: boolean, at: Cell, { rows, columns, page }: Size): Cell | null {
  const inside = (row: number, column: number): Cell => ({
    row: Math.min(Math.max(0, row), Math.max(0, rows - 1)),
    column: Math.min(Math.max(0, column), Math.max(0, columns - 1)),
  });
  switch (key) {
    case "ArrowUp":
      return inside(at.row - 1, at.column);
    case "ArrowDown":
      return inside(at.row + 1, at.column);
    case "ArrowLeft":
      return inside(at.row, at.column - 1);
    case "ArrowRight":
      return inside(at.row, at.column + 1);
    case "PageUp":
      return inside(at.row - page, at.column);
    case "PageDown":
      return inside(at.row + page, at.column);
    case "Home":
      return inside(whole ? 0 : at.row, 0);
    case "End":
      return inside(whole ? rows - 1 : at.row, columns - 1);
    default:
      return null;
  }
}
