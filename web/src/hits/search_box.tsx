/** The search over everything, first on the start page. */
import { type FormEvent, useEffect, useState } from "react";
import { kSearchDays } from "../search";
import { LanguageHelp } from "./language_help";

export const kSearchBoxId = "search-box";

interface Props {
  query: string;
  days: number | undefined;
  search: (query: string, days: number | undefined) => void;
}

export function SearchBox({ query, days, search }: Props) {
  const [typed, setTyped] = useState(query);
  useEffect(() => setTyped(query), [query]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    search(typed.trim(), days);
  };
  return (
    <search>
      <form className="search-form" onSubmit={submit}>
        <label htmlFor={kSearchBoxId} className="visually-hidden">
          Search every line, error and row of every run
        </label>
        <input
          id={kSearchBoxId}
          type="search"
          value={typed}
          maxLength={1000}
          placeholder="Search every line of every run:  timeout  &quot;connection refused&quot;  level:error  dag:sales"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          onChange={(event) => {
            setTyped(event.target.value);
            // The box's own cross, or the last letter taken away: back to the runs.
            if (event.target.value === "" && query !== "") search("", days);
          }}
        />
        <span className="search-key" aria-hidden="true">
          /
        </span>
        <label>
          <span className="visually-hidden">Of the runs of </span>
          <select
            value={days ?? ""}
            onChange={(event) => search(typed.trim(), event.target.value ? Number(event.target.value) : undefined)}
          >
            <option value="">any time</option>
            {kSearchDays.map((each) => (
              <option key={each} value={each}>
                {each === 1 ? "today" : `last ${each} days`}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" className="button button-main">
          Search
        </button>
        <LanguageHelp />
      </form>
    </search>
  );
}
