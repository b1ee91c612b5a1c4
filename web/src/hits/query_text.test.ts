import { expect, test } from "vitest";
import { cutTerms, fieldTerm, hasTerm, toggleTerm } from "./query_text";

test("terms are cut at spaces outside quotes", () => {
  expect(cutTerms('timeout "connection refused" dag:"a b" -x /a/ level:>=warning')).toEqual([
    "timeout",
    '"connection refused"',
    'dag:"a b"',
    "-x",
    "/a/",
    "level:>=warning",
  ]);
  expect(cutTerms('"not closed yet')).toEqual(['"not', "closed", "yet"]);
  expect(cutTerms("")).toEqual([]);
  expect(cutTerms('"a \\" b" c')).toEqual(['"a \\" b"', "c"]);
});

test("names are quoted where the language would read them otherwise", () => {
  expect(fieldTerm("dag", "fx_rates")).toBe("dag:fx_rates");
  expect(fieldTerm("dag", 'eu/sales "q"')).toBe('dag:"eu/sales \\"q\\""');
  expect(fieldTerm("task", "1st")).toBe('task:"1st"');
});

test("a term is added once, and taken away again", () => {
  const term = fieldTerm("dag", "a b");
  const narrowed = toggleTerm("timeout", term);
  expect(narrowed).toBe('timeout dag:"a b"');
  expect(hasTerm(narrowed, term)).toBe(true);
  expect(toggleTerm(narrowed, term)).toBe("timeout");
});
