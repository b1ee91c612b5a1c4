/** One cause with its hits: how often, where, since when, and the rows themselves. */
import { memo, useState } from "react";
import type { Hit, HitGroup } from "../api/search_stream";
import { TimeText } from "../parts/time_text";
import { sayCount } from "../text/states";
import { HitLink } from "./hit_link";
import { cutSnippet } from "./snippet";

const kShownAtFirst = 3;
const kKindWords = { logs: "log line", errors: "error", data: "data row" };

interface Props {
  group: HitGroup;
  hits: Hit[];
}

export const GroupCard = memo(function GroupCard({ group, hits }: Props) {
  const [all, setAll] = useState(false);
  const shown = all ? hits : hits.slice(0, kShownAtFirst);
  const bad = group.kind === "errors" || group.level === "ERROR" || group.level === "CRITICAL";
  const tone = bad ? "bad" : group.level === "WARNING" ? "warn" : "quiet";
  return (
    <li className={`card hit-group tone-${tone}`}>
      <h2 className="hit-title">{group.title}</h2>
      <p className="small">
        <span className={`chip tone-${tone}`}>
          {kKindWords[group.kind] ?? group.kind}
          {group.level && group.kind === "logs" ? ` · ${group.level}` : ""}
        </span>{" "}
        <span className="hit-said">{group.summary}</span>
        {group.hits > group.runs && group.runs > 1 && <span className="quiet"> · {sayCount(group.hits, "hit")}</span>}
        {group.last_seen && (
          <span className="quiet">
            {" "}
            · last <TimeText time={group.last_seen} /> UTC
          </span>
        )}
      </p>
      <ol className="hits">
        {shown.map((hit) => (
          <li key={`${hit.dag_id} ${hit.run_id} ${hit.phase} ${hit.attempt} ${hit.kind} ${hit.row} ${hit.field}`}>
            <HitLink hit={hit}>
              <span className="hit-snippet">
                <Snippet hit={hit} />
              </span>
              <span className="hit-place small">
                {hit.dag_id} · <span className="mono">{hit.run_id}</span> · {hit.task_id ?? hit.phase}
                {hit.attempt > 1 && `, attempt ${hit.attempt}`}, row {hit.row}
                {hit.field && hit.field !== "message" && `, ${hit.field}`}
              </span>
            </HitLink>
          </li>
        ))}
      </ol>
      {shown.length < hits.length && (
        <button type="button" className="button button-small" onClick={() => setAll(true)}>
          Show {sayCount(hits.length - shown.length, "more hit")}
        </button>
      )}
      {group.hits > hits.length && (all || hits.length <= kShownAtFirst) && (
        <p className="small quiet">
          {sayCount(group.hits - hits.length, "further hit")} of this group{" "}
          {group.hits - hits.length === 1 ? "is" : "are"} counted, not listed: narrow the search to see{" "}
          {group.hits - hits.length === 1 ? "it" : "them"}.
        </p>
      )}
    </li>
  );
});

function Snippet({ hit }: { hit: Hit }) {
  let at = 0;
  return cutSnippet(hit.snippet, hit.highlights).map((piece) =>
    piece.hit ? <mark key={at++}>{piece.text}</mark> : <span key={at++}>{piece.text}</span>,
  );
}
