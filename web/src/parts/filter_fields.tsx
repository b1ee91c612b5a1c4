/** Fields that every view of an attempt's records filters by. */

interface AttemptProps {
  attempt: number;
  attempts: number[];
  change: (attempt: number) => void;
}

export function AttemptField({ attempt, attempts, change }: AttemptProps) {
  return (
    <label>
      Attempt
      <select value={attempt} onChange={(event) => change(Number(event.target.value))}>
        {attempts.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </label>
  );
}

interface WordsProps {
  typed: string;
  hint: string;
  setTyped: (typed: string) => void;
}

/** What is typed counts when its form is submitted. */
export function WordsField({ typed, hint, setTyped }: WordsProps) {
  return (
    <>
      <label className="log-words">
        Contains
        <input type="search" value={typed} placeholder={hint} onChange={(event) => setTyped(event.target.value)} />
      </label>
      <button type="submit" className="button button-small">
        Filter
      </button>
    </>
  );
}
