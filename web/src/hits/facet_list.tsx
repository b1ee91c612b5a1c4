/** What the hits have in common; picking a value narrows the search. */
import { useState } from "react";
import { sayCount } from "../text/states";
import type { FacetName, FacetValue } from "./found";
import { fieldTerm, hasTerm } from "./query_text";

const kValuesMax = 8;
const kNames: Record<FacetName, string> = { kind: "Kind", level: "Level", dag: "DAG", task: "Task" };

interface Props {
  facets: Record<FacetName, FacetValue[]>;
  /** Hits that the counts are of, where there are more than these. */
  countedOf: number | null;
  query: string;
  toggle: (term: string) => void;
}

export function FacetList({ facets, countedOf, query, toggle }: Props) {
  return (
    <section className="facets" aria-label="Narrow the search">
      {(["kind", "level", "dag", "task"] as const).map((name) => (
        <Facet key={name} name={name} values={facets[name]} query={query} toggle={toggle} />
      ))}
      {countedOf !== null && <p className="small quiet">Counted among the first {sayCount(countedOf, "hit")}.</p>}
    </section>
  );
}

interface FacetProps {
  name: FacetName;
  values: FacetValue[];
  query: string;
  toggle: (term: string) => void;
}

function Facet({ name, values, query, toggle }: FacetProps) {
  const [all, setAll] = useState(false);
  if (values.length === 0) return null;
  return (
    <div>
      <h2 id={`facet-${name}`}>{kNames[name]}</h2>
      <ul className="plain" aria-labelledby={`facet-${name}`}>
        {values.slice(0, all ? undefined : kValuesMax).map(({ value, count }) => {
          const term = fieldTerm(name, value);
          return (
            <li key={value}>
              <button
                type="button"
                className="facet"
                aria-pressed={hasTerm(query, term)}
                onClick={() => toggle(term)}
                title={term}
              >
                <span className="facet-value">{value}</span> <span className="facet-count">{count}</span>
              </button>
            </li>
          );
        })}
      </ul>
      {!all && values.length > kValuesMax && (
        <button type="button" className="button button-small" onClick={() => setAll(true)}>
          {values.length - kValuesMax} more
        </button>
      )}
    </div>
  );
}
