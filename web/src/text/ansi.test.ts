import { expect, test } from "vitest";
import { cutAnsi, stripAnsi } from "./ansi";

const kEsc = "\u001b";

test("plain text is one piece", () => {
  expect(cutAnsi("all\tfine")).toEqual([{ text: "all\tfine", style: "" }]);
  expect(cutAnsi("")).toEqual([]);
});

test("colours and weights become classes until they are reset", () => {
  expect(cutAnsi(`a ${kEsc}[1;31mbad${kEsc}[22m less${kEsc}[0m z`)).toEqual([
    { text: "a ", style: "" },
    { text: "bad", style: "ansi-red ansi-bold" },
    { text: " less", style: "ansi-red" },
    { text: " z", style: "" },
  ]);
});

test("bright colours are those colours, an empty code is a reset", () => {
  expect(cutAnsi(`${kEsc}[92mok${kEsc}[m.`)).toEqual([
    { text: "ok", style: "ansi-green" },
    { text: ".", style: "" },
  ]);
});

test("extended colours are skipped with all their numbers", () => {
  expect(cutAnsi(`${kEsc}[38;5;1mx${kEsc}[48;2;1;4;3my`)).toEqual([{ text: "xy", style: "" }]);
});

test("cursor moves, titles, links and control characters are dropped", () => {
  expect(stripAnsi(`a${kEsc}[2Kb${kEsc}]0;title\u0007c${kEsc}]8;;http://x${kEsc}\\d\u0000\u0008e${kEsc}`)).toBe(
    "abcde",
  );
});
