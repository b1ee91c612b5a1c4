import { expect, test } from "vitest";
import { sayDuration } from "../text/time";
import { changedMembers, sayLead } from "./change_text";
import { cutSignals } from "./verdict";

test("only members that differ are shown", () => {
  expect(changedMembers({ host: "a", port: 1, schema: null }, { host: "b", port: 1, extra: { x: 1 } })).toEqual([
    { name: "host", before: "a", after: "b" },
    { name: "extra", before: null, after: '{"x":1}' },
  ]);
});

test("values that are no objects, and changes from or to nothing", () => {
  expect(changedMembers("1", "2")).toEqual([{ name: "", before: "1", after: "2" }]);
  expect(changedMembers(null, { host: "b" })).toEqual([{ name: "host", before: null, after: "b" }]);
  expect(changedMembers(undefined, undefined)).toEqual([]);
});

test("how long before the onset", () => {
  expect(sayLead(0.5 / 3600, sayDuration)).toBe("0.5 s before the first failing run");
  expect(sayLead(-2, sayDuration)).toBe("2 h after the first failing run");
  expect(sayLead(undefined, sayDuration)).toBe("");
});

test("signals of the confidence", () => {
  expect(cutSignals("+ one; + two; − three.")).toEqual(["+ one", "+ two", "− three."]);
  expect(cutSignals("")).toEqual([]);
});
