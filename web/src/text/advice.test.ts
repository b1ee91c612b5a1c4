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

test("a command behind a colon is for copying; other words there are not", () => {
  expect(cutAdvice("3. Clear load in r1: airflow tasks clear d -t '^load$' -y")).toEqual([
    { step: 3, text: "Clear load in r1:", command: "airflow tasks clear d -t '^load$' -y" },
  ]);
  expect(cutAdvice("1. See the log: it names the host.")).toEqual([
    { step: 1, text: "See the log: it names the host.", command: null },
  ]);
});
