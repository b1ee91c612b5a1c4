import { expect, test } from "vitest";
import { quoteWord, sayCommand } from "./shell";

test("plain words stay as they are", () => {
  expect(sayCommand(["dagy", "diagnose", "fx_rates", "manual__2026-11-19T02:00:00+00:00"])).toBe(
    "dagy diagnose fx_rates manual__2026-11-19T02:00:00+00:00",
  );
});

test("whatever a shell would read otherwise is quoted", () => {
  expect(quoteWord("a b")).toBe("'a b'");
  expect(quoteWord("it's; rm -rf $HOME")).toBe("'it'\\''s; rm -rf $HOME'");
  expect(quoteWord("")).toBe("''");
  expect(quoteWord("-x")).toBe("'-x'");
});
