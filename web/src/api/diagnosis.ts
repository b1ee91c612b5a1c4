/** The diagnosis object as the page reads it. Every member may be missing; evidence_gaps then says why. */
export interface EvidenceRef {
  ref: string;
  kind: "log" | "error" | "data" | "audit" | "history" | "code";
  dag_id?: string;
  run_id?: string;
  task_id?: string;
  attempt?: number;
  row?: number;
  ts?: string;
  text: string;
}

export interface DiagnosedTask {
  task_id: string;
  dag_id?: string;
  state: string;
  role: "root_cause" | "victim" | "independent" | "recovered" | "healthy";
  attempts?: number;
  max_attempts?: number;
  root_cause_type?: string;
  exception_class?: string;
}

export interface Diagnosis {
  title: string;
  summary: string;
  root_cause?: string;
  root_cause_task?: string;
  root_cause_type?: string;
  transience?: string;
  severity?: string;
  priority?: string;
  confidence?: number;
  confidence_justification?: string;
  evidence_status?: string;
  evidence?: string[];
  symptoms?: string[];
  contributing_factors?: string[];
  log_snippet?: string;
  tasks?: DiagnosedTask[];
  cascade_chain?: { hop: number; dag_id: string; task_id: string; state?: string; via?: string }[];
  change_signals?: { ts: string; kind: string; resource: string; actor?: string; score?: number; before?: unknown; after?: unknown }[];
  timeline_events?: { ts: string; what: string; task_id?: string }[];
  suggested_fix?: string;
  remediation?: string;
  prevention_measures?: { measure: string; why?: string; effort?: string }[];
  alternatives?: { root_cause_type: string; confidence: number; why_not?: string }[];
  evidence_gaps?: { field: string; reason: string; would_help?: string }[];
  evidence_refs?: EvidenceRef[];
  failure_onset_date?: string;
  last_success_date?: string;
  match_count?: number;
  from_dag_run_id?: string;
}
