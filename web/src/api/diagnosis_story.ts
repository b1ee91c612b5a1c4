/** What a reader has been told of a diagnosis so far. Pure, so that tests can play any order of events. */
import type { Diagnosis } from "./diagnosis";
import { ProblemError } from "./problem";

export interface Story {
  status: "starting" | "telling" | "done" | "failed";
  /** False while the browser tries to get back to a stream that broke. */
  connected: boolean;
  texts: string[];
  diagnosis: Diagnosis | null;
  problem: ProblemError | null;
}

export type StoryEvent =
  | { type: "start" | "reset" | "end" | "lost" | "connected" }
  | { type: "text"; text: string }
  | { type: "diagnosis"; diagnosis: Diagnosis }
  | { type: "failed"; problem: ProblemError };

export const emptyStory: Story = { status: "starting", connected: true, texts: [], diagnosis: null, problem: null };

const noDiagnosis = () => new ProblemError(-2, "stream", "The stream ended without a diagnosis.");

export function tell(story: Story, event: StoryEvent): Story {
  switch (event.type) {
    case "start":
    case "reset":
      return emptyStory;
    case "connected":
      return { ...story, connected: true };
    case "lost":
      return { ...story, connected: false };
    case "text":
      return { ...story, status: "telling", texts: [...story.texts, event.text] };
    case "diagnosis":
      return { ...story, diagnosis: event.diagnosis };
    case "end":
      return story.diagnosis ? { ...story, status: "done" } : { ...story, status: "failed", problem: noDiagnosis() };
    case "failed":
      return { ...story, status: "failed", problem: event.problem };
  }
}
