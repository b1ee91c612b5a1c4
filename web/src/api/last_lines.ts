/** The end of a log, where a failure stands. */
import { getLogs, type LogLine, type RunKey } from "./client";

const kPageLines = 500;

export interface LastLines {
  lines: LogLine[];
  total: number;
}

/** At most `max` lines, the last ones, in order. */
export async function getLastLines(run: RunKey, phase: string, attempt: number, max: number): Promise<LastLines> {
  const place = { phase, attempt };
  const { total } = await getLogs(run, place, 0, 1);
  const from = Math.max(0, total - max);
  const pages = [];
  for (let page = Math.floor(from / kPageLines); page * kPageLines < total; page++) pages.push(page);
  const read = await Promise.all(pages.map((page) => getLogs(run, place, page, kPageLines)));
  return { lines: read.flatMap((page) => page.items).filter((line) => line._row >= from), total };
}
