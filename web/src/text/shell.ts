/** Words as a POSIX shell reads them back. Pure. */
export const quoteWord = (word: string) =>
  /^[\w@%+=:,./-]+$/.test(word) && !word.startsWith("-") ? word : `'${word.replaceAll("'", "'\\''")}'`;

export const sayCommand = (words: string[]) => words.map(quoteWord).join(" ");
