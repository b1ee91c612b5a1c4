/** What the references of a diagnosis mean, for every text below. */
import { createContext, useContext } from "react";
import type { RunKey, TaskAttempt } from "../api/client";
import type { EvidenceRef } from "../api/diagnosis";

export interface Evidence {
  run: RunKey;
  attempts: TaskAttempt[];
  refs: Map<string, EvidenceRef>;
}

const EvidenceContext = createContext<Evidence | null>(null);
export const EvidenceProvider = EvidenceContext.Provider;

export function useEvidence(): Evidence {
  const evidence = useContext(EvidenceContext);
  if (!evidence) throw new Error("no evidence around this text");
  return evidence;
}
