/** Numbers, times and names as people read them, on pages and on terminals alike. */

/** A number with thin groups, the same on every machine: 100 000. */
export function number(value: number): string {
  const [whole = '', part] = String(value).split('.');
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, '\u202f') : whole;
  return part === undefined ? grouped : `${grouped}.${part}`;
}

/** An instant in UTC as people read it, to the minute. */
export function instant(iso: string | null): string {
  return iso === null ? '–' : `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** Days, hours and minutes of a duration in seconds. */
export function duration(seconds: number | null): string {
  if (seconds === null) return '–';
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const parts = [
    days > 0 ? `${days} d` : '',
    hours > 0 ? `${hours} h` : '',
    minutes > 0 ? `${minutes} min` : '',
  ];
  return parts.filter(Boolean).join(' ') || '0 min';
}

/** A share as a percentage; never 100 % while anything is missing, and never 0 % while there is anything. */
export function share(part: number, of: number): string {
  if (of === 0) return '–';
  const percent = (part / of) * 100;
  if (part < of && percent > 99.9) return '> 99.9 %';
  if (part > 0 && percent < 0.1) return '< 0.1 %';
  return `${Math.round(percent * 10) / 10} %`;
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${number(n)} ${n === 1 ? one : many}`;
}

/** The last part of an ARM id: what people call the thing. */
export function nameOf(id: string): string {
  return id.split('/').at(-1) ?? id;
}

/** Columns that line up; the last one is not padded. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
