/** Our own prose with its `code` and **strong** words; never for text that came from a log. */
import { cutText } from "../text/rich_text";

export function PlainText({ text }: { text: string }) {
  let at = 0;
  return cutText(text, true).map((piece) => {
    const key = at++;
    if (piece.kind === "refs") return <span key={key}>[{piece.refs.join(", ")}]</span>;
    if (piece.kind === "code") return <code key={key}>{piece.text}</code>;
    if (piece.kind === "strong") return <strong key={key}>{piece.text}</strong>;
    return <span key={key}>{piece.text}</span>;
  });
}
