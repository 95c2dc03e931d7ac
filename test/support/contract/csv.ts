/** Reads RFC 4180 text strictly: a fault of form throws. Rows are keyed by the header. */
export function readCsv(text: string): { header: string[]; rows: Record<string, string>[] } {
  const records: string[][] = [];
  let record: string[] = [];
  const cell = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n|$)/gy;
  for (let at = 0; at < text.length; ) {
    cell.lastIndex = at;
    const found = cell.exec(text);
    if (found === null || found[0] === '')
      throw new Error(`no CSV at position ${at}: ${text.slice(at, at + 40)}`);
    const [all, value = '', end] = found;
    record.push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value);
    at += all.length;
    if (end === ',') continue;
    records.push(record);
    record = [];
  }
  const [header = [], ...others] = records;
  for (const other of others)
    if (other.length !== header.length)
      throw new Error(`${other.length} cells under ${header.length} headings`);
  return {
    header,
    rows: others.map((cells) => Object.fromEntries(header.map((name, i) => [name, cells[i] ?? '']))),
  };
}
