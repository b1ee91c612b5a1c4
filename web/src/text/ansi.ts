/** Terminal codes in log lines: colours and weights become classes, all else that is not text is dropped. */
export interface AnsiPiece {
  text: string;
  /** Space-separated class names, empty for plain text. */
  style: string;
}

const kColours = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
// CSI sequences, OSC up to BEL or ST, two-byte escapes, and control characters but tab.
const kCode = new RegExp(
  [
    String.raw`\u001b\[([0-?]*)[ -/]*([@-~])`,
    String.raw`\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?`,
    String.raw`\u001b[@-Z\\-_]?`,
    String.raw`[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f]`,
  ].join("|"),
  "g",
);

interface Pen {
  colour: string;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
}

const kPlain: Pen = { colour: "", bold: false, dim: false, italic: false, underline: false };

/** Skips what an extended colour (`38;5;n`, `38;2;r;g;b`) takes; those are shown in the text's own colour. */
const afterExtended = (codes: number[], at: number) => at + (codes[at + 1] === 5 ? 2 : codes[at + 1] === 2 ? 4 : 0);

function apply(pen: Pen, codes: number[]): Pen {
  let next = { ...pen };
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    if (code === 0) next = { ...kPlain };
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 3) next.italic = true;
    else if (code === 4) next.underline = true;
    else if (code === 22) next = { ...next, bold: false, dim: false };
    else if (code === 23) next.italic = false;
    else if (code === 24) next.underline = false;
    else if (code >= 30 && code <= 37) next.colour = kColours[code - 30] ?? "";
    else if (code >= 90 && code <= 97) next.colour = kColours[code - 90] ?? "";
    else if (code === 39) next.colour = "";
    else if (code === 38 || code === 48) i = afterExtended(codes, i);
  }
  return next;
}

function styleOf(pen: Pen): string {
  const names = [pen.colour && `ansi-${pen.colour}`];
  for (const name of ["bold", "dim", "italic", "underline"] as const) names.push(pen[name] ? `ansi-${name}` : "");
  return names.filter(Boolean).join(" ");
}

export function cutAnsi(line: string): AnsiPiece[] {
  const pieces: AnsiPiece[] = [];
  let pen = kPlain;
  let end = 0;
  const take = (text: string) => {
    if (text === "") return;
    const style = styleOf(pen);
    const last = pieces.at(-1);
    if (last && last.style === style) last.text += text;
    else pieces.push({ text, style });
  };
  for (const match of line.matchAll(kCode)) {
    take(line.slice(end, match.index));
    end = match.index + match[0].length;
    if (match[2] === "m") pen = apply(pen, (match[1] ?? "").split(";").map(Number));
  }
  take(line.slice(end));
  return pieces;
}

export const stripAnsi = (line: string) => line.replace(kCode, "");
