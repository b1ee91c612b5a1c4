/** A snippet cut at its highlights, which count code points. Pure. */
export interface SnippetPiece {
  text: string;
  hit: boolean;
}

export function cutSnippet(snippet: string, highlights: number[][]): SnippetPiece[] {
  const letters = Array.from(snippet);
  const pieces: SnippetPiece[] = [];
  let end = 0;
  const put = (from: number, to: number, hit: boolean) => {
    if (to > from) pieces.push({ text: letters.slice(from, to).join(""), hit });
  };
  for (const [from = 0, to = 0] of highlights) {
    if (from < end || to > letters.length) continue;
    put(end, from, false);
    put(from, to, true);
    end = to;
  }
  put(end, letters.length, false);
  return pieces;
}
