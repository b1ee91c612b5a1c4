import { expect, test } from "vitest";
import { cutMarks } from "./mark_text";

const said = (text: string, find?: string) =>
  cutMarks(text, find)
    .map(({ text: piece, hit }) => (hit ? `[${piece}]` : piece))
    .join("");

test("every place is marked, in any case", () => {
  expect(said("Timeout: timeout after TIMEOUT", "timeout")).toBe("[Timeout]: [timeout] after [TIMEOUT]");
  expect(said("aaa", "aa")).toBe("[aa]a");
  expect(said("nothing", "x")).toBe("nothing");
  expect(said("", "x")).toBe("");
  expect(said("any")).toBe("any");
});

test("letters that change length with their case do not shift a mark", () => {
  expect(said("İstanbul timeout", "timeout")).toBe("İstanbul timeout");
});
