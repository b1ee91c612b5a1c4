import { expect, test } from "vitest";
import { cutSnippet } from "./snippet";

test("highlights count code points, not bytes or halves of characters", () => {
  expect(cutSnippet("💥 héllo wörld", [[2, 7]])).toEqual([
    { text: "💥 ", hit: false },
    { text: "héllo", hit: true },
    { text: " wörld", hit: false },
  ]);
  expect(cutSnippet("abc", [])).toEqual([{ text: "abc", hit: false }]);
});

test("highlights that cannot be are left out, the text never is", () => {
  expect(cutSnippet("abc", [[1, 99]])).toEqual([{ text: "abc", hit: false }]);
  expect(
    cutSnippet("abc", [
      [0, 2],
      [1, 3],
    ])
      .map((piece) => piece.text)
      .join(""),
  ).toBe("abc");
});
