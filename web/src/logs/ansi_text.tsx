import { cutAnsi } from "../text/ansi";
import { cutMarks } from "./mark_text";

/** A log line with its terminal colours, as text and nothing but text; what is looked for is marked. */
export function AnsiText({ text, find }: { text: string; find?: string | undefined }) {
  let at = 0;
  return cutAnsi(text).flatMap((piece) =>
    cutMarks(piece.text, find).map(({ text: part, hit }) => {
      if (hit)
        return (
          <mark key={at++} className={piece.style || undefined}>
            {part}
          </mark>
        );
      return piece.style ? (
        <span key={at++} className={piece.style}>
          {part}
        </span>
      ) : (
        part
      );
    }),
  );
}
