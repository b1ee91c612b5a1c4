import { expect, test } from "vitest";
import { cutAdvice } from "./advice";

test("steps keep their numbers, commands go with the step before them", () => {
  expect(cutAdvice("1. Look it up.\n    getent hosts a\n    getent hosts b\n2. Set it.\n\nThen wait.")).toEqual([
    { step: 1, text: "Look it up.", command: "getent hosts a\ngetent hosts b" },
    { step: 2, text: "Set it.", command: null },
    { step: null, text: "Then wait.", command: null },
  ]);
});

test("a command alone is a block of its own; its own indent stays", () => {
  expect(cutAdvice("    if x:\n        y()")).toEqual([{ step: null, text: "", command: "if x:\n    y()" }]);
  expect(cutAdvice("")).toEqual([]);
});
