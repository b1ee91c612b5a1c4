import { cutAnsi } from "../text/ansi";

/** A log line with its terminal colours, as text and nothing but text. */
export function AnsiText({ text }: { text: string }) {
  let at = 0;
  return cutAnsi(text).map((piece) =>
    piece.style ? (
      <span key={at++} className={piece.style}>
        {piece.text}
      </span>
    ) : (
      piece.text
    ),
  );
}
