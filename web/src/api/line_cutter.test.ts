import { expect, test } from "vitest";
import { LineCutter } from "./line_cutter";

test("pieces may end anywhere", () => {
  const cutter = new LineCutter();
  expect(cutter.push('{"a"')).toEqual([]);
  expect(cutter.push(':1}\n\n{"b":2}\r\n{"c')).toEqual(['{"a":1}', '{"b":2}\r']);
  expect(cutter.push('":3}')).toEqual([]);
  expect(cutter.end()).toEqual(['{"c":3}']);
  expect(cutter.end()).toEqual([]);
});
