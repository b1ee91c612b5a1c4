/** The way back from a page of records to their run. */
import { Link } from "@tanstack/react-router";
import type { RunKey } from "../api/client";

export const RunCrumbs = ({ run: { dagId, date, runId, deployment } }: { run: RunKey }) => (
  <nav aria-label="Where" className="crumbs">
    <Link to="/">Runs</Link> <span aria-hidden="true">/</span>{" "}
    <Link to="/dags/$dagId" params={{ dagId }} search={{ deployment }}>
      {dagId}
    </Link>{" "}
    <span aria-hidden="true">/</span>{" "}
    <Link to="/dags/$dagId/runs/$date/$runId" params={{ dagId, date, runId }} search={{ deployment }} className="mono">
      {runId}
    </Link>
  </nav>
);
