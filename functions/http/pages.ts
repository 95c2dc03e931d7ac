/** Rows looked at for one page: a filter that fits little must not read a whole estate in one request. */
const MAX_SCANNED = 4000;
const SCAN_STEP = 1000;

/** A page of a list that is at hand as a whole. */
export function listPage<T>(
  all: readonly T[],
  { limit, after }: { readonly limit: number; readonly after: number },
): { items: readonly T[]; next: string | undefined } {
  const end = after + limit;
  return { items: all.slice(after, end), next: end < all.length ? String(end) : undefined };
}

interface Step<T> {
  readonly found: readonly { readonly key: string; readonly item: T }[];
  readonly next: string | undefined;
}

/**
 * One page of what fits. It may be shorter than asked for, even empty, while `next` is there: then the filter
 * has looked at enough rows for one request.
 */
export async function collectPage<T>(
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
  read: (limit: number, after: string | undefined) => Promise<Step<T>>,
  fits: (item: T) => boolean,
): Promise<{ items: T[]; next: string | undefined }> {
  const items: T[] = [];
  let from = after;
  for (let scanned = 0; scanned < MAX_SCANNED; ) {
    const step = await read(Math.min(Math.max(limit, 100), SCAN_STEP), from);
    for (const { key, item } of step.found) {
      if (!fits(item)) continue;
      items.push(item);
      if (items.length === limit) return { items, next: isLast(step, key) ? undefined : key };
    }
    if (step.next === undefined) return { items, next: undefined };
    from = step.next;
    scanned += step.found.length;
  }
  return { items, next: from };
}

function isLast<T>({ found, next }: Step<T>, key: string): boolean {
  return next === undefined && found.at(-1)?.key === key;
}
