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
  source?: string;
  text: string;
  sha256?: string;
}

export type Role = "root_cause" | "victim" | "independent" | "recovered" | "healthy";

export interface DiagnosedTask {
  task_id: string;
  dag_id?: string;
  run_id?: string;
  state: string;
  role: Role;
  attempts?: number;
  max_attempts?: number;
  root_cause_type?: string;
  exception_class?: string;
  refs?: string[];
}

export interface CascadeHop {
  hop: number;
  dag_id: string;
  task_id: string;
  state?: string;
  via?: string;
}

export interface ChangeSignal {
  ts: string;
  kind: string;
  resource: string;
  actor?: string;
  before?: unknown;
  after?: unknown;
  hours_before_onset?: number;
  score?: number;
  why?: string;
  refs?: string[];
}

export interface DagCheck {
  check: string;
  status: "pass" | "warn" | "fail" | "skipped";
  detail: string;
  refs?: string[];
}

/** What a language model made of the evidence: sentences that stand, each with what it rests on. */
export interface Wording {
  status: "worded" | "kept";
  model?: string;
  /** Of kept: why there are no words of a model. */
  reason?: string;
  sentences?: { field: string; text: string; refs: string[] }[];
  dropped?: { field: string; why: string }[];
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
  exception_class?: string;
  exception_message?: string;
  dag_level_checks?: DagCheck[];
  tasks?: DiagnosedTask[];
  cascade_chain?: CascadeHop[];
  blast_radius?: {
    failed_tasks?: number;
    upstream_failed_tasks?: number;
    downstream_tasks?: number;
    fraction_of_dag?: number;
    affected_dags?: string[];
  };
  child_dag_findings?: { dag_id: string; run_id: string; relation: string; state?: string; finding: string }[];
  change_signals?: ChangeSignal[];
  timeline_events?: { ts: string; what: string; dag_id?: string; task_id?: string; attempt?: number }[];
  suggested_fix?: string;
  remediation?: string;
  prevention_measures?: { measure: string; why?: string; effort?: string }[];
  vendor_remediation?: string;
  alternatives?: { root_cause_type: string; confidence: number; why_not?: string }[];
  similar_runs?: { dag_id: string; run_id: string; at?: string; outcome?: string }[];
  evidence_gaps?: { field: string; reason: string; would_help?: string }[];
  evidence_refs?: EvidenceRef[];
  failure_onset_date?: string;
  last_success_date?: string;
  change_point_date?: string;
  trend_direction?: string;
  duration_percentiles?: Record<string, number>;
  effective_availability?: number;
  reported_success_rate?: number;
  match_count?: number;
  coverage_quality?: string;
  from_dag_run_id?: string;
  /** Only where it was asked to explain itself; heaviest first. */
  rules_fired?: {
    rule: string;
    code: string;
    score: number;
    weight: number;
    why: string;
    ref?: string;
    task_id?: string;
  }[];
  /** Only where it was asked for. */
  wording?: Wording;
  confidence_signals?: { signal: string; weight: number }[];
}
