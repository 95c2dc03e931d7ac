/** Longer lists, such as the machines of a retry, are told by their length; the entry's data has them. */
const MOST_ITEMS = 50;

/** What differs between two states of a record, field by field, for the trail. */
export function differences<T extends object>(
  before: T,
  after: T,
): { readonly before: Record<string, unknown>; readonly after: Record<string, unknown> } {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((field) => {
    const key = field as keyof T;
    return before[key] !== after[key] && JSON.stringify(before[key]) !== JSON.stringify(after[key]);
  });
  const part = (record: T) =>
    Object.fromEntries(fields.map((field) => [field, shortened(record[field as keyof T])]));
  return { before: part(before), after: part(after) };
}

function shortened(value: unknown): unknown {
  if (Array.isArray(value)) return value.length > MOST_ITEMS ? { items: value.length } : value.map(shortened);
  if (value === null || typeof value !== 'object') return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shortened(part)]));
}
