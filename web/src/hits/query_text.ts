/** The search language as text: terms added, taken away and quoted. Pure; the server reads it. */

const kTerm = /(?:"(?:\\.|[^"\\])*"|[^\s"])+|"\S*/g;

export const cutTerms = (query: string): string[] => query.match(kTerm) ?? [];

/** In quotes unless nobody could take it for anything else. */
export const quoteTerm = (text: string) =>
  /^[A-Za-z_][\w.*-]*$/.test(text) ? text : `"${text.replaceAll(/["\\]/g, "\\$&")}"`;

export const fieldTerm = (name: string, value: string) => `${name}:${quoteTerm(value)}`;

export const hasTerm = (query: string, term: string) => cutTerms(query).includes(term);

/** With the term, or without it where it was there. */
export function toggleTerm(query: string, term: string): string {
  const terms = cutTerms(query);
  const kept = terms.filter((each) => each !== term);
  return (kept.length < terms.length ? kept : [...terms, term]).join(" ");
}
