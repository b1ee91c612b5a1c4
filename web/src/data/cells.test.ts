import { expect, test } from "vitest";
import { isNumber, kCellCharacters, moveCell, oneLine, sayCell, sayWhole, widthOf } from "./cells";

test("values are shown as what they are", () => {
  expect(sayCell(null)).toEqual({ text: "null", kind: "null" });
  expect(sayCell("null")).toEqual({ text: "null", kind: "text" });
  expect(sayCell(false)).toEqual({ text: "false", kind: "number" });
  expect(sayCell(12.5)).toEqual({ text: "12.5", kind: "number" });
  expect(sayCell({ a: [1] })).toEqual({ text: '{"a":[1]}', kind: "nested" });
  expect(sayWhole([1, 2])).toBe("[\n  1,\n  2\n]");
  expect(sayWhole("a\nb")).toBe("a\nb");
});

test("types that are numbers stand to the right", () => {
  for (const type of ["BIGINT", "DOUBLE", "DECIMAL(18,2)", "UINTEGER", "HUGEINT", "int64"])
    expect(isNumber(type)).toBe(true);
  for (const type of ["VARCHAR", "TIMESTAMP WITH TIME ZONE", "INTERVAL", "BIGINT[]"])
    expect(isNumber(type)).toBe(false);
});

test("a column is as wide as it needs, within bounds", () => {
  const column = { name: "id", type: "BIGINT" };
  expect(widthOf(column, [])).toBe(72);
  expect(widthOf(column, [{ id: "x".repeat(20) }])).toBe(180);
  expect(widthOf(column, [{ id: "x".repeat(5000) }])).toBe(340);
  expect(oneLine(`a\n\tb${"x".repeat(999)}`).length).toBeLessThanOrEqual(kCellCharacters);
});

test("keys move within the grid", () => {
  const size = { rows: 10, columns: 3, page: 4 };
  const at = { row: 8, column: 1 };
  expect(moveCell("ArrowDown", false, at, size)).toEqual({ row: 9, column: 1 });
  expect(moveCell("PageDown", false, at, size)).toEqual({ row: 9, column: 1 });
  expect(moveCell("PageUp", false, at, size)).toEqual({ row: 4, column: 1 });
  expect(moveCell("End", false, at, size)).toEqual({ row: 8, column: 2 });
  expect(moveCell("Home", true, at, size)).toEqual({ row: 0, column: 0 });
  expect(moveCell("ArrowLeft", false, { row: 0, column: 0 }, size)).toEqual({ row: 0, column: 0 });
  expect(moveCell("Tab", false, at, size)).toBeNull();
});
