/** Advice as written by the server: lines; `1. ` opens a step; four spaces open a command, which belongs to the step before it. */
export interface AdviceBlock {
  /** Number of the step; null for a paragraph. */
  step: number | null;
  text: string;
  /** Commands to copy, lines joined. */
  command: string | null;
}

const kPrograms = "airflow|aws|az|curl|dagy|dbt|docker|dig|gcloud|getent|gsutil|kubectl|nslookup|openssl|pip|psql|ssh";
const kEndsInCommand = new RegExp(`^(.*): ((?:${kPrograms}) .+)$`);

/** A sentence may end in a command behind a colon: that is for copying too. */
function cutCommand(line: string): { text: string; command: string | null } {
  const found = kEndsInCommand.exec(line);
  return found ? { text: `${found[1]}:`, command: found[2] ?? null } : { text: line, command: null };
}

export function cutAdvice(advice: string): AdviceBlock[] {
  const blocks: AdviceBlock[] = [];
  for (const line of advice.split("\n")) {
    const last = blocks.at(-1);
    if (line.startsWith("    ")) {
      const command = line.slice(4);
      if (last) last.command = last.command === null ? command : `${last.command}\n${command}`;
      else blocks.push({ step: null, text: "", command });
      continue;
    }
    if (line.trim() === "") continue;
    const numbered = /^(\d+)\. (.*)$/.exec(line);
    blocks.push({ step: numbered ? Number(numbered[1]) : null, ...cutCommand(numbered?.[2] ?? line.trim()) });
  }
  return blocks;
}
