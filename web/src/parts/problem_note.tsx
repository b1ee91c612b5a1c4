/** What went wrong, what to do about it, and the id under which the server's log has more. */
import { asProblem, wayOut } from "../api/problem";
import { PlainText } from "./plain_text";

interface Props {
  error: unknown;
  what: string;
  retry?: (() => void) | undefined;
}

export function ProblemNote({ error, what, retry }: Props) {
  const problem = asProblem(error);
  const out = wayOut(problem);
  return (
    <div className="problem" role="alert">
      <p>
        <strong>{what}</strong> <PlainText text={problem.message} />
      </p>
      {problem.faults.length > 0 && (
        <ul>
          {problem.faults.map((fault) => (
            <li key={fault}>{fault}</li>
          ))}
        </ul>
      )}
      {out && (
        <p>
          <PlainText text={out} />
        </p>
      )}
      {problem.requestId && (
        <p className="small quiet">
          Request id <code>{problem.requestId}</code>
        </p>
      )}
      {retry && (
        <button type="button" className="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}
