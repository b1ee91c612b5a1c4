import { expect, test } from "vitest";
import { sayAgo, sayClock, sayDuration, sayTime, secondsBetween } from "./time";

test.each([
  [null, "–"],
  [undefined, "–"],
  [-1, "–"],
  [Number.NaN, "–"],
  [0, "0 ms"],
  [0.012, "12 ms"],
  [0.1, "0.1 s"],
  [7.98, "8 s"],
  [9.96, "10 s"],
  [59.4, "59 s"],
  [59.6, "1 min"],
  [192, "3 min 12 s"],
  [3600, "1 h"],
  [7500, "2 h 5 min"],
  [100_000, "1 d 3 h"],
])("%s seconds are said as %s", (seconds, said) => {
  expect(sayDuration(seconds)).toBe(said);
});

test("times are said in UTC, whatever they were written in", () => {
  expect(sayTime("2026-11-19T02:00:07.123456Z")).toBe("2026-11-19 02:00:07");
  expect(sayTime("2026-11-19T04:00:07+02:00")).toBe("2026-11-19 02:00:07");
  expect(sayTime("yesterday")).toBe("yesterday");
  expect(sayTime(null)).toBe("–");
  expect(sayClock("2026-11-19T02:00:07.123456Z")).toBe("02:00:07.123");
});

test("how long ago", () => {
  const now = Date.parse("2026-11-19T12:00:00Z");
  expect(sayAgo("2026-11-19T11:59:50Z", now)).toBe("just now");
  expect(sayAgo("2026-11-19T11:55:00Z", now)).toBe("5 min ago");
  expect(sayAgo("2026-11-19T02:00:00Z", now)).toBe("10 h ago");
  expect(sayAgo("2026-11-10T12:00:00Z", now)).toBe("9 d ago");
  expect(sayAgo("2026-11-19T14:00:00Z", now)).toBe("in 2 h");
});

test("times out of order have no duration", () => {
  expect(secondsBetween("2026-11-19T12:00:00Z", "2026-11-19T12:00:01.5Z")).toBe(1.5);
  expect(secondsBetween("2026-11-19T12:00:01Z", "2026-11-19T12:00:00Z")).toBeNull();
  expect(secondsBetween(null, "2026-11-19T12:00:00Z")).toBeNull();
});
