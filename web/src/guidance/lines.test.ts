import { expect, test } from "vitest";
import { countLines, faultyLines, rangeOfLine, sortFaults } from "./lines";

const kText = "- id: a\n  code: B\n\nlast";

test("lines are counted as an editor shows them", () => {
  expect(countLines("")).toBe(1);
  expect(countLines(kText)).toBe(4);
  expect(countLines("a\n")).toBe(2);
});

test("a line's range selects it and nothing of its neighbours", () => {
  const cut = (line: number) => {
    const { from, to } = rangeOfLine(kText, line);
    return kText.slice(from, to);
  };
  expect(cut(1)).toBe("- id: a");
  expect(cut(2)).toBe("  code: B");
  expect(cut(3)).toBe("");
  expect(cut(4)).toBe("last");
  expect(cut(99)).toBe("last");
});

test("faults go by line, those of the whole text first", () => {
  const fault = (line: number | null) => ({ line, message: `m${line}`, wayOut: null });
  const faults = [fault(7), fault(null), fault(2)];
  expect(sortFaults(faults).map((each) => each.line)).toEqual([null, 2, 7]);
  expect(faultyLines(faults)).toEqual(new Set([7, 2]));
});
