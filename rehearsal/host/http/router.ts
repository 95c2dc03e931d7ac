import type { RegisteredFunction } from '../entry.ts';
import { compileTemplate, type RouteTemplate } from './route-template.ts';

export type AuthLevel = 'anonymous' | 'function' | 'admin';

export interface HttpRoute {
  readonly fn: RegisteredFunction;
  readonly methods: readonly string[];
  readonly authLevel: AuthLevel;
  readonly template: RouteTemplate;
}

export type RouteMatch =
  | { readonly kind: 'found'; readonly route: HttpRoute; readonly params: Readonly<Record<string, string>> }
  | { readonly kind: 'methodNotAllowed'; readonly allowed: readonly string[] }
  | { readonly kind: 'notFound' };

/** Finds the HTTP function for a method and a path without leading slash, most specific route first. */
export function createRouter(
  functions: readonly RegisteredFunction[],
  routePrefix: string,
): (method: string, path: string) => RouteMatch {
  const routes = functions
    .filter((fn) => fn.trigger === 'http')
    .map((fn) => describeRoute(fn, routePrefix))
    .sort((a, b) => (a.template.rank < b.template.rank ? -1 : Number(a.template.rank > b.template.rank)));

  return (method, path) => {
    const allowed = new Set<string>();
    for (const route of routes) {
      const params = route.template.match(path);
      if (params === undefined) continue;
      if (route.methods.includes(method)) return { kind: 'found', route, params };
      for (const other of route.methods) allowed.add(other);
    }
    return allowed.size > 0 ? { kind: 'methodNotAllowed', allowed: [...allowed] } : { kind: 'notFound' };
  };
}

function describeRoute(fn: RegisteredFunction, routePrefix: string): HttpRoute {
  const { route, methods, authLevel } = fn.binding;
  const own = typeof route === 'string' ? route : fn.name;
  const full = [routePrefix, own.replace(/^\/+|\/+$/g, '')].filter((part) => part !== '').join('/');
  const list = Array.isArray(methods)
    ? methods.map((method) => String(method).toUpperCase())
    : ['GET', 'POST'];
  const level = String(authLevel ?? 'function').toLowerCase();
  return {
    fn,
    methods: list,
    authLevel: level === 'anonymous' || level === 'admin' ? level : 'function',
    template: compileTemplate(full),
  };
}
