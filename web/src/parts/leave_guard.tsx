/** Asks before a page with unsaved changes is left. */
import { useBlocker } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

export function LeaveGuard({ dirty, what }: { dirty: boolean; what: string }) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => dirty && current.pathname !== next.pathname,
    enableBeforeUnload: () => dirty,
    withResolver: true,
  });
  const box = useRef<HTMLDialogElement>(null);
  const asking = status === "blocked";
  useEffect(() => {
    if (asking) box.current?.showModal();
    else box.current?.close();
  }, [asking]);
  return (
    <dialog ref={box} className="ask" aria-labelledby="ask-title" onCancel={() => reset?.()}>
      <h2 id="ask-title">Leave without saving?</h2>
      <p>{what}</p>
      <div className="ask-answers">
        <button type="button" className="button button-main" onClick={() => reset?.()}>
          Stay
        </button>
        <button type="button" className="button" onClick={() => proceed?.()}>
          Leave
        </button>
      </div>
    </dialog>
  );
}
