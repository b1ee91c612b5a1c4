/** The rules' text with its line numbers; lines with faults are marked. */
import { type RefObject, useRef } from "react";
import { countLines } from "./lines";

interface Props {
  box: RefObject<HTMLTextAreaElement | null>;
  text: string;
  change: (text: string) => void;
  faulty: Set<number>;
  readOnly: boolean;
}

export function RuleEditor({ box, text, change, faulty, readOnly }: Props) {
  const numbers = useRef<HTMLDivElement>(null);
  const lines = Array.from({ length: countLines(text) }, (_, i) => i + 1);
  return (
    <div className="editor">
      <div ref={numbers} className="editor-numbers" aria-hidden="true">
        {lines.map((line) => (
          <div key={line} className={faulty.has(line) ? "editor-faulty" : ""}>
            {faulty.has(line) && "✕ "}
            {line}
          </div>
        ))}
      </div>
      <textarea
        ref={box}
        aria-label="Rules, as YAML"
        aria-describedby="editor-about"
        aria-invalid={faulty.size > 0}
        value={text}
        readOnly={readOnly}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        wrap="off"
        onChange={(event) => change(event.target.value)}
        onScroll={(event) => {
          if (numbers.current) numbers.current.scrollTop = event.currentTarget.scrollTop;
        }}
      />
    </div>
  );
}
