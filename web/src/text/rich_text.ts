/**
 * The little markup of diagnoses, as pieces: `[e1]` and `[e1, c2]` are references; in prose of our own also `**strong**` and `` `code` ``.
 * Text is only ever cut into pieces, never turned into markup, so what a log line holds stays text.
 */
export type Piece = { kind: "text" | "strong" | "code"; text: string } | { kind: "refs"; refs: string[] };

const kRefs = /\[([a-z]\d+(?:, ?[a-z]\d+)*)\]/;
const kProse = new RegExp(`${kRefs.source}|\\*\\*([^*\\n]+)\\*\\*|\`([^\`\\n]+)\``, "g");
const kClaim = new RegExp(kRefs.source, "g");

/** `markup` is off for claims that quote logs: a star in a log line is a star. */
export function cutText(text: string, markup: boolean): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(markup ? kProse : kClaim)) {
    if (match.index > end) pieces.push({ kind: "text", text: text.slice(end, match.index) });
    const [all, refs, strong, code] = match;
    if (refs !== undefined) pieces.push({ kind: "refs", refs: refs.split(/, ?/) });
    else if (strong !== undefined) pieces.push({ kind: "strong", text: strong });
    else pieces.push({ kind: "code", text: code ?? "" });
    end = match.index + all.length;
  }
  if (end < text.length) pieces.push({ kind: "text", text: text.slice(end) });
  return pieces;
}
