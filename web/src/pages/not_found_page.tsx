/** Where no page is, and where a page broke. */
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { ProblemNote } from "../parts/problem_note";
import { useTitle } from "../parts/use_title";

export function NotFoundPage() {
  useTitle("Not found");
  return (
    <div className="narrow">
      <h1>Nothing here</h1>
      <p>No page has this address. It may be cut short, or the link was made by another version.</p>
      <p>
        <Link to="/" className="button">
          All runs
        </Link>
      </p>
    </div>
  );
}

export function FaultPage({ error, reset }: ErrorComponentProps) {
  useTitle("A fault");
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <div className="narrow">
      <h1>This page broke</h1>
      <ProblemNote error={error} what="It could not be shown." retry={retry} />
      <p>
        <Link to="/">All runs</Link>
      </p>
    </div>
  );
}
