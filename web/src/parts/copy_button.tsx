/** Copies a text; says that it did, also to screen readers. */
import { useEffect, useState } from "react";

const kSaidMs = 2000;

interface Props {
  text: string;
  /** What it copies, for screen readers. */
  label: string;
  /** What stands on it. */
  caption?: string;
}

export function CopyButton({ text, label, caption = "Copy" }: Props) {
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (said === "") return;
    const timer = setTimeout(() => setSaid(""), kSaidMs);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = () =>
    copyText(text).then(
      () => setSaid("Copied"),
      () => setSaid("Select and copy by hand"),
    );
  return (
    <span className="copy">
      <button type="button" className="button button-small" onClick={copy} aria-label={label} title={label}>
        {caption}
      </button>
      <span className="copy-said" role="status">
        {said}
      </span>
    </span>
  );
}

/** The clipboard API needs https or localhost; a server reached by its name in a network has neither. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("refused");
}
