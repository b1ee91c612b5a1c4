/** Where among a DAG's runs a new version of it began. Pure. */
import type { TimelineRun } from "../api/history";

export interface VersionChange {
  ts: string;
  kind: string;
  resource: string;
}

/** Oldest first, as the runs are; the first run's own version is no change. */
export function versionChanges(runs: TimelineRun[]): VersionChange[] {
  const changes: VersionChange[] = [];
  let known: string | null = null;
  for (const { dag_version: version, started_at } of runs) {
    if (known !== null && version && version !== known && started_at)
      changes.push({ ts: started_at, kind: "dag_version", resource: `${known} → ${version}` });
    if (version) known = version;
  }
  return changes;
}
