import { expect, test } from "vitest";
import { emptyStory, type Story, type StoryEvent, tell } from "./diagnosis_story";
import { ProblemError } from "./problem";

const kDiagnosis = { title: "t", summary: "s" };
const play = (...events: StoryEvent[]): Story => events.reduce(tell, emptyStory);

test("a story is told to its end", () => {
  const story = play(
    { type: "start" },
    { type: "text", text: "a" },
    { type: "text", text: "b" },
    { type: "diagnosis", diagnosis: kDiagnosis },
    { type: "end" },
  );
  expect(story).toEqual({ status: "done", connected: true, texts: ["a", "b"], diagnosis: kDiagnosis, problem: null });
});

test("a reset forgets what was told: everything comes again", () => {
  const story = play(
    { type: "text", text: "a" },
    { type: "diagnosis", diagnosis: kDiagnosis },
    { type: "reset" },
    { type: "text", text: "a" },
  );
  expect(story.texts).toEqual(["a"]);
  expect(story.diagnosis).toBeNull();
});

test("a connection that is lost and found loses nothing", () => {
  const lost = play({ type: "text", text: "a" }, { type: "lost" });
  expect(lost).toMatchObject({ status: "telling", connected: false, texts: ["a"] });
  expect(tell(lost, { type: "connected" })).toMatchObject({ connected: true, texts: ["a"] });
});

test("an end without a diagnosis is a failure", () => {
  expect(play({ type: "text", text: "a" }, { type: "end" })).toMatchObject({
    status: "failed",
    problem: { code: "stream" },
  });
});

test("a failure keeps what was found until then", () => {
  const problem = new ProblemError(-2, "timed_out", "over its limit");
  expect(play({ type: "text", text: "a" }, { type: "failed", problem })).toMatchObject({
    status: "failed",
    texts: ["a"],
    problem,
  });
});
