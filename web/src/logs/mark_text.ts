/** Where a text that is looked for stands in a line, whatever the case. Pure. */
export interface MarkPiece {
  text: string;
  hit: boolean;
}

export function cutMarks(text: string, find: string | undefined): MarkPiece[] {
  if (!find) return [{ text, hit: false }];
  const [low, wanted] = [text.toLowerCase(), find.toLowerCase()];
  // A few letters change their length with their case; then places in the one are not places in the other.
  if (low.length !== text.length || wanted === "") return [{ text, hit: false }];
  const pieces: MarkPiece[] = [];
  let end = 0;
  for (let at = low.indexOf(wanted); at >= 0; at = low.indexOf(wanted, end)) {
    if (at > end) pieces.push({ text: text.slice(end, at), hit: false });
    end = at + wanted.length;
    pieces.push({ text: text.slice(at, end), hit: true });
  }
  if (end < text.length || pieces.length === 0) pieces.push({ text: text.slice(end), hit: false });
  return pieces;
}
