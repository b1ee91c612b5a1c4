/** A hit leads to the row that it is: in the log, among the errors, or in the data. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { meQuery } from "../api/queries";
import type { Hit } from "../api/search_stream";
import { cutSnippet } from "./snippet";

export function HitLink({ hit, children }: { hit: Hit; children: ReactNode }) {
  const { data: me } = useQuery(meQuery);
  const run = { dagId: hit.dag_id, date: hit.date, runId: hit.run_id };
  const place = {
    attempt: hit.attempt,
    row: hit.row,
    deployment: hit.deployment_id === me?.deployment_id ? undefined : hit.deployment_id,
  };
  if (hit.kind === "errors") {
    return (
      <Link
        to="/dags/$dagId/runs/$date/$runId/errors"
        params={run}
        search={{ ...place, phase: hit.phase }}
        className="hit-link"
      >
        {children}
      </Link>
    );
  }
  const params = { ...run, phase: hit.phase };
  if (hit.kind === "data") {
    return (
      <Link to="/dags/$dagId/runs/$date/$runId/data/$phase" params={params} search={place} className="hit-link">
        {children}
      </Link>
    );
  }
  // What was found is looked for in the log too, so that the next hit is one key away.
  const find = hit.field === "message" ? cutSnippet(hit.snippet, hit.highlights).find((piece) => piece.hit) : undefined;
  return (
    <Link
      to="/dags/$dagId/runs/$date/$runId/logs/$phase"
      params={params}
      search={{ ...place, find: find?.text }}
      className="hit-link"
    >
      {children}
    </Link>
  );
}
