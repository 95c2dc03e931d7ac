/**
 * Comments, and string literals of every form: "…" and '…' with backslashes, @"…" with doubled quotes, ``` … ```.
 * A literal that is not closed ends with its line.
 */
const SILENT =
  /\/\/[^\n]*|```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)|@"(?:[^"\n]|"")*"?|@'(?:[^'\n]|'')*'?|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?/g;

/** The text without comments and string literals; a name in brackets, `['my table']`, stays as a name. */
function spoken(text: string): string {
  return text.replace(SILENT, (found, at: number) => {
    const quoted = /^(["'])(.*)\1$/s.exec(found)?.[2];
    const before = text.slice(0, at).trimEnd().at(-1);
    const bracketed = before === '[' && /^\s*\]/.test(text.slice(at + found.length));
    return quoted !== undefined && bracketed ? quoted : ' ';
  });
}

/**
 * Names of `known` that stand in a text as words of their own, outside of comments and strings, and neither as a
 * member (`x.Syslog`) nor as what is assigned to (`Syslog = …`). For texts that do not parse; it finds too much
 * rather than too little. Facts file 2.10.
 */
export function namesIn(text: string, known: { has(name: string): boolean }): readonly string[] {
  const said = spoken(text);
  const found = new Set<string>();
  for (const { 0: word, index } of said.matchAll(/[\p{L}_][\p{L}\p{N}_]*/gu)) {
    if (!known.has(word)) continue;
    const member = /\.\s*$/.test(said.slice(Math.max(0, index - 20), index));
    const assigned = /^\s*=(?![=~])/.test(said.slice(index + word.length, index + word.length + 20));
    if (!member && !assigned) found.add(word);
  }
  return [...found].sort();
}
