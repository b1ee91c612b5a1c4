/** The search language in one small table; the browser's own popover keeps focus and Escape right. */
const kWays: [string, string][] = [
  ["timeout postgres", "both words, in any case, also inside longer ones"],
  ['"connection refused"', "these words in a row"],
  ["=load", "the whole word"],
  ["-retry", "not this"],
  ["/5\\d\\d Server Error/", "a regular expression"],
  ["level:error  level:>=warning", "log lines of a level, or of it and above"],
  ["dag:sales  dag:sales_*  task:load", "only there; * is any text; -dag:x: not there"],
  ["run:…  phase:extract", "one run, one phase"],
  ["kind:errors,logs", "log lines, errors, or data rows"],
  ["country:CH  country=CH  amount>10", "columns of data rows: contains, is exactly, more than"],
];

export function LanguageHelp() {
  return (
    <>
      <button
        type="button"
        className="button search-help"
        popoverTarget="search-language"
        aria-label="How to search"
        title="How to search"
      >
        ?
      </button>
      <section id="search-language" popover="auto" className="search-language" aria-label="How to search">
        <h2>How to search</h2>
        <p className="small">Every log line, error and data row of every run is looked at, to the last one.</p>
        <table>
          <thead>
            <tr>
              <th scope="col">Write</th>
              <th scope="col">to find</th>
            </tr>
          </thead>
          <tbody>
            {kWays.map(([what, means]) => (
              <tr key={what}>
                <th scope="row">
                  <code>{what}</code>
                </th>
                <td>{means}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="small quiet">
          Press <kbd>/</kbd> anywhere to come here, <kbd>Enter</kbd> to search.
        </p>
      </section>
    </>
  );
}
