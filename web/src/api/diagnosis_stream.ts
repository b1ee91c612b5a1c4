/** Follows a diagnosis as it is found. The browser's EventSource resumes by Last-Event-ID, so each event is seen exactly once. */
import { useEffect, useReducer, useState } from "react";
import { type DiagnosisPlace, type DiagnosisWish, eventsPath, type RunKey, requestDiagnosis } from "./client";
import type { Diagnosis } from "./diagnosis";
import { emptyStory, type Story, type StoryEvent, tell } from "./diagnosis_story";
import { asProblem, ProblemError } from "./problem";

/** What an event carries; a fault of the stream where it is no JSON object. */
function read<T>(event: MessageEvent, make: (data: T) => StoryEvent): StoryEvent {
  try {
    return make(JSON.parse(event.data) as T);
  } catch {
    return {
      type: "failed",
      problem: new ProblemError(-1, "stream", "The stream held something that cannot be read."),
    };
  }
}

/** Opens the stream; calls the returned function to leave it. */
function follow(path: string, dispatch: (event: StoryEvent) => void): () => void {
  const source = new EventSource(path);
  const on = <T>(name: string, make: (data: T) => StoryEvent) =>
    source.addEventListener(name, (event) => dispatch(read(event as MessageEvent, make)));
  source.addEventListener("open", () => dispatch({ type: "connected" }));
  on<{ text: string }>("text_delta", ({ text }) => ({ type: "text", text }));
  on<NonNullable<Story["diagnosis"]>>("rca_diagnosis", (diagnosis) => ({ type: "diagnosis", diagnosis }));
  source.addEventListener("reset", () => dispatch({ type: "reset" }));
  source.addEventListener("end", () => {
    source.close();
    dispatch({ type: "end" });
  });
  source.addEventListener("error", (event) => {
    // Without data it is the browser's own: the connection broke, and it tries again by itself unless it has given up.
    if (event instanceof MessageEvent) {
      source.close();
      dispatch(
        read<{ message: string; code?: string }>(event, ({ message, code }) => ({
          type: "failed",
          problem: new ProblemError(-2, code ?? "diagnosis", message),
        })),
      );
    } else if (source.readyState === EventSource.CLOSED) {
      dispatch({ type: "failed", problem: new ProblemError(-2, "stream", "The server refused or ended the stream.") });
    } else {
      dispatch({ type: "lost" });
    }
  });
  return () => source.close();
}

export interface FollowedDiagnosis {
  story: Story;
  /** Null until the server has named it. */
  id: string | null;
  again: () => void;
}

/** Starts (or joins) the diagnosis of a run and follows it; `again` starts a new one. */
export function useDiagnosis(place: DiagnosisPlace, run: RunKey): FollowedDiagnosis {
  const [story, dispatch] = useReducer(tell, emptyStory);
  const [round, setRound] = useState(0);
  const [id, setId] = useState<string | null>(null);
  const { organization, deployment } = place;
  const { dagId, date, runId } = run;

  useEffect(() => {
    let leave: (() => void) | null = null;
    let left = false;
    dispatch({ type: "start" });
    setId(null);
    requestDiagnosis({ organization, deployment }, { dagId, date, runId }, round > 0 ? { force: true } : {}).then(
      (named) => {
        if (left) return;
        setId(named);
        leave = follow(eventsPath({ organization, deployment }, named), dispatch);
      },
      (error) => {
        if (!left) dispatch({ type: "failed", problem: asProblem(error) });
      },
    );
    return () => {
      left = true;
      leave?.();
    };
  }, [organization, deployment, dagId, date, runId, round]);

  return { story, id, again: () => setRound((n) => n + 1) };
}

/** The diagnosis with more than the page shows at first; made anew where it is not cached. Throws ProblemError. */
export async function askMore(place: DiagnosisPlace, run: RunKey, wish: DiagnosisWish): Promise<Diagnosis> {
  const id = await requestDiagnosis(place, run, wish);
  return new Promise((done, fail) => {
    let story = emptyStory;
    const leave = follow(eventsPath(place, id), (event) => {
      story = tell(story, event);
      if (story.status !== "done" && story.status !== "failed") return;
      leave();
      if (story.diagnosis) done(story.diagnosis);
      else fail(story.problem);
    });
  });
}
