/**
 * Faults in the structure of a Bicep file: strings that do not end on their line, unknown escapes,
 * interpolations, brackets that do not match. No parser, but enough to see text that breaks out of its quotes.
 */
export function bicepFaults(text: string): readonly string[] {
  const faults: string[] = [];
  const open: string[] = [];
  const closes: Readonly<Record<string, string>> = { '}': '{', ']': '[', ')': '(' };
  text.split('\n').forEach((line, number) => {
    let inString = false;
    for (let i = 0; i < line.length; i++) {
      const at = `line ${number + 1}: `;
      const character = line[i] ?? '';
      if (inString) {
        if (character === '\\') {
          const found = /^\\(?:[\\'nrt]|\$(?=\{)|u\{[0-9a-f]+\})/.exec(line.slice(i));
          if (found === null) faults.push(`${at}unknown escape`);
          i += (found?.[0].length ?? 2) - 1;
        } else if (line.startsWith('$' + '{', i)) faults.push(`${at}interpolation`);
        else if (character === "'") inString = false;
      } else if (line.startsWith('//', i)) break;
      else if (character === "'") inString = true;
      else if ('{[('.includes(character)) open.push(character);
      else if (character in closes && open.pop() !== closes[character])
        faults.push(`${at}unmatched ${character}`);
    }
    if (inString) faults.push(`line ${number + 1}: string does not end`);
  });
  if (open.length > 0) faults.push(`${open.length} brackets stay open`);
  if (!text.endsWith('\n') || text.endsWith('\n\n')) faults.push('must end with one newline');
  return faults;
}
