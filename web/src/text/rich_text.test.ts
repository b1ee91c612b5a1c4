import { expect, test } from "vitest";
import { cutText } from "./rich_text";

test("references are cut out, one by one and in lists", () => {
  expect(cutText("it failed [e1], twice [e2, c1].", false)).toEqual([
    { kind: "text", text: "it failed " },
    { kind: "refs", refs: ["e1"] },
    { kind: "text", text: ", twice " },
    { kind: "refs", refs: ["e2", "c1"] },
    { kind: "text", text: "." },
  ]);
});

test("what only looks like a reference stays text", () => {
  const text = "[Errno 111] list[3] [E1] [e] [e1;e2] []";
  expect(cutText(text, true)).toEqual([{ kind: "text", text }]);
});

test("markup is read in the narrative and left alone in claims", () => {
  expect(cutText("**pull** ended: `no **host**` [e1]", true)).toEqual([
    { kind: "strong", text: "pull" },
    { kind: "text", text: " ended: " },
    { kind: "code", text: "no **host**" },
    { kind: "text", text: " " },
    { kind: "refs", refs: ["e1"] },
  ]);
  expect(cutText("SELECT `a` ** `b`", false)).toEqual([{ kind: "text", text: "SELECT `a` ** `b`" }]);
});

test("a tag in a log line is text", () => {
  expect(cutText("<img src=x onerror=alert(1)>", true)).toEqual([
    { kind: "text", text: "<img src=x onerror=alert(1)>" },
  ]);
});

test("marks that are not closed are text, however long the line is", () => {
  const text = `**${"`".repeat(1)}${"x".repeat(200_000)}`;
  expect(cutText(text, true)).toEqual([{ kind: "text", text }]);
});
