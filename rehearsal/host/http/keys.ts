import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether a request carries the host's key, as header or as query parameter. */
export function hasKey(headers: Headers, url: URL, key: string): boolean {
  const given = headers.get('x-functions-key') ?? url.searchParams.get('code');
  return given !== null && timingSafeEqual(digest(given), digest(key));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
