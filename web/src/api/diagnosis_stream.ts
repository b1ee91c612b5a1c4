/** Follows a diagnosis as it is found. The browser's EventSource resumes by Last-Event-ID, so each event is seen exactly once. */
import { useEffect, useReducer, useState } from "react";
import { ProblemError, type RunKey, requestDiagnosis } from "./client";
import type { Diagnosis } from "./diagnosis";

export interface Story {
  status: "starting" | "telling" | "done" | "failed";
  texts: string[];
  diagnosis: Diagnosis | null;
  error: string | null;
}

export type StoryEvent =
  | { type: "start" }
  | { type: "text"; text: string }
  | { type: "diagnosis"; diagnosis: Diagnosis }
  | { type: "reset" }
  | { type: "end" }
  | { type: "error"; message: string };

export const emptyStory: Story = { status: "starting", texts: [], diagnosis: null, error: null };

/** Pure, so that tests can play any order of events. */
export function tell(story: Story, event: StoryEvent): Story {
  switch (event.type) {
    case "start":
    case "reset":
      return emptyStory;
    case "text":
      return { ...story, status: "telling", texts: [...story.texts, event.text] };
    case "diagnosis":
      return { ...story, diagnosis: event.diagnosis };
    case "end":
      return { ...story, status: story.diagnosis ? "done" : "failed", error: story.diagnosis ? null : "The stream ended without a diagnosis." };
    case "error":
      return { ...story, status: "failed", error: event.message };
  }
}

/** Starts (or joins) the diagnosis of a run and follows it; `again` starts a new one. */
export function useDiagnosis(base: string, run: RunKey): { story: Story; again: () => void } {
  const [story, dispatch] = useReducer(tell, emptyStory);
  const [round, setRound] = useState(0);
  const { dagId, date, runId } = run;

  useEffect(() => {
    let source: EventSource | null = null;
    let left = false;
    const finish = (event: StoryEvent) => {
      source?.close();
      dispatch(event);
    };
    const follow = (id: string) => {
      source = new EventSource(`${base}/${encodeURIComponent(id)}/events`);
      source.addEventListener("text_delta", (e) => dispatch({ type: "text", text: JSON.parse(e.data).text }));
      source.addEventListener("rca_diagnosis", (e) => dispatch({ type: "diagnosis", diagnosis: JSON.parse(e.data) }));
      source.addEventListener("reset", () => dispatch({ type: "reset" }));
      source.addEventListener("end", () => finish({ type: "end" }));
      source.addEventListener("error", (e) => {
        // Without data it is the browser's own: the connection broke, and it tries again by itself unless it has given up.
        if (e instanceof MessageEvent) finish({ type: "error", message: JSON.parse(e.data).message });
        else if (source?.readyState === EventSource.CLOSED) finish({ type: "error", message: "The server ended the stream." });
      });
    };
    dispatch({ type: "start" });
    requestDiagnosis(base, { dagId, date, runId }, round > 0).then(
      (id) => !left && follow(id),
      (error) => !left && finish({ type: "error", message: error instanceof ProblemError ? error.message : String(error) }),
    );
    return () => {
      left = true;
      source?.close();
    };
  }, [base, dagId, date, runId, round]);

  return { story, again: () => setRound((n) => n + 1) };
}
