import { useEffect, useState } from 'preact/hooks';

/** Where a person is: what stands behind the `#`, so that the page is one file and the server sees none of it. */
export interface Route {
  readonly page: string;
  readonly id: string;
  readonly query: URLSearchParams;
}

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [page = '', ...rest] = path.split('/');
  return { page: page || 'overview', id: decode(rest.join('/')), query: new URLSearchParams(query) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = () => setHash(location.hash);
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return parseRoute(hash);
}

export const to = {
  overview: () => '#/overview',
  wave: (id: string) => `#/waves/${encodeURIComponent(id)}`,
  machine: (id: string, wave?: string) =>
    `#/machine?${new URLSearchParams({ id, ...(wave === undefined ? {} : { wave }) })}`,
  inventory: (query: Readonly<Record<string, string>> = {}) => {
    const text = String(new URLSearchParams(query));
    return text === '' ? '#/inventory' : `#/inventory?${text}`;
  },
  ruleSets: () => '#/rulesets',
  ruleSet: (id: string) => `#/rulesets/${encodeURIComponent(id)}`,
};
