/** States and roles in words and shapes, so that nothing is told by colour alone. */
import type { Role } from "../api/diagnosis";

export type Tone = "bad" | "warn" | "good" | "info" | "quiet" | "victim";
export type Shape =
  | "cross"
  | "check"
  | "ring"
  | "dots"
  | "slash"
  | "chain"
  | "skip"
  | "clock"
  | "target"
  | "bolt"
  | "turn";

export interface Mark {
  word: string;
  tone: Tone;
  shape: Shape;
}

const kStates: Record<string, Mark> = {
  FAILED: { word: "Failed", tone: "bad", shape: "cross" },
  SUCCEEDED: { word: "Succeeded", tone: "good", shape: "check" },
  RUNNING: { word: "Running", tone: "info", shape: "ring" },
  QUEUED: { word: "Queued", tone: "quiet", shape: "dots" },
  CANCELLED: { word: "Cancelled", tone: "quiet", shape: "slash" },
  UPSTREAM_FAILED: { word: "Upstream failed", tone: "victim", shape: "chain" },
  SKIPPED: { word: "Skipped", tone: "quiet", shape: "skip" },
  TIMED_OUT: { word: "Timed out", tone: "bad", shape: "clock" },
};

const kRoles: Record<Role, Mark> = {
  root_cause: { word: "Root cause", tone: "bad", shape: "target" },
  independent: { word: "Independent failure", tone: "warn", shape: "bolt" },
  victim: { word: "Victim", tone: "victim", shape: "chain" },
  recovered: { word: "Recovered", tone: "info", shape: "turn" },
  healthy: { word: "Healthy", tone: "good", shape: "check" },
};

export const stateMark = (state: string): Mark =>
  kStates[state] ?? {
    word: state ? state.toLowerCase().replaceAll("_", " ") : "Not run",
    tone: "quiet",
    shape: "dots",
  };

export const roleMark = (role: Role): Mark => kRoles[role];

/** `NETWORK_DNS_FAILURE` → `Network DNS failure`; unknown words keep their letters. */
export function sayCode(code: string): string {
  const kept = new Set([
    "DNS",
    "TLS",
    "HTTP",
    "SQL",
    "OOM",
    "DAG",
    "API",
    "S3",
    "SSH",
    "JVM",
    "CPU",
    "IO",
    "DB",
    "SLA",
  ]);
  const words = code.split("_").map((word) => (kept.has(word) ? word : word.toLowerCase()));
  const text = words.join(" ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function sayCount(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}
