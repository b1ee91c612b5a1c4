/** The start: a search over everything, and below it the runs. */
import { getRouteApi } from "@tanstack/react-router";
import { SearchBox } from "../hits/search_box";
import { SearchResults } from "../hits/search_results";
import { RunList } from "./run_list";

const route = getRouteApi("/");
const kDayMs = 86_400_000;

export function StartPage() {
  const { q = "", days } = route.useSearch();
  const navigate = route.useNavigate();
  const from = days === undefined ? undefined : new Date(Date.now() - (days - 1) * kDayMs).toISOString().slice(0, 10);
  const search = (query: string, last: number | undefined) =>
    void navigate({ search: (now) => ({ ...now, q: query || undefined, days: last }) });
  return (
    <>
      <SearchBox query={q} days={days} search={search} />
      {q === "" ? <RunList /> : <SearchResults query={q} from={from} change={(query) => search(query, days)} />}
    </>
  );
}
