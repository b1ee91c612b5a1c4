/** What scrolls by itself must be reachable by keyboard: these are the only places that make it so. */
import type { ReactNode } from "react";

interface Props {
  label: string;
  children: ReactNode;
}

/** A wide table on a narrow screen. */
export const ScrollBox = ({ label, children }: Props) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
  <section className="scroll-x" aria-label={label} tabIndex={0}>
    {children}
  </section>
);

/** Text as it was written, which may be longer than its box. */
export const TextBox = ({ children, className = "snippet" }: { children: ReactNode; className?: string }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
  <pre className={className} tabIndex={0}>
    {children}
  </pre>
);
