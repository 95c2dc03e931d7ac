import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { runtime } from '../../compose.ts';
import { answered } from '../endpoint.ts';

/** The built page, beside the bundle this runs from: the entry, a chunk of it, or the sources in a test. */
const PLACES = ['dashboard/', '../dashboard/', '../../../dist/dashboard/'];
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/**
 * Only what the app itself serves runs, nothing is sent or shown elsewhere, and no text becomes markup: what machines
 * are called is data (CSP Level 3; Trusted Types).
 */
const POLICY = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

/** `GET /dashboard`: the page. It is the same for everybody and holds no data; what it shows it asks the API for. */
export function getDashboard(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  return answered(context, async () => {
    const { settings } = await runtime();
    // Whether a key is asked for beside, or in place of, the sign-in: the page then asks a person for it first.
    const lock = settings.keyRoles.length === 0 ? 'sign-in' : settings.signIn === 'platform' ? 'both' : 'key';
    return serve(request, 'index.html', 'no-cache', (html) => html.replace('{{lock}}', lock));
  });
}

/** `GET /dashboard/{file}`: its script, style and icon, whose names change with their content. */
export function getDashboardFile(
  request: HttpRequest,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const file = request.params['file'] ?? '';
  return answered(context, () => serve(request, file, 'public, max-age=31536000, immutable'));
}

async function serve(
  request: HttpRequest,
  file: string,
  caching: string,
  fill?: (html: string) => string,
): Promise<HttpResponseInit> {
  const type = TYPES[file.slice(file.lastIndexOf('.') + 1)];
  // A plain name: nothing that leads out of the folder.
  const found = /^[\w-]+\.\w+$/.test(file) && type !== undefined ? await contentOf(file) : undefined;
  if (found === undefined || type === undefined) return { status: 404 };
  const headers = { ...POLICY, 'cache-control': caching, vary: 'accept-encoding' };
  if (fill !== undefined)
    return { headers: { ...headers, 'content-type': type }, body: fill(found.plain.toString('utf8')) };
  const gzip = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '') && found.gzip !== undefined;
  return {
    headers: { ...headers, 'content-type': type, ...(gzip ? { 'content-encoding': 'gzip' } : {}) },
    body: gzip ? found.gzip : found.plain,
  };
}

interface Content {
  readonly plain: Buffer;
  readonly gzip: Buffer | undefined;
}

const contents = new Map<string, Promise<Content | undefined>>();

/** Files are read once: a running app keeps those it was deployed with. */
function contentOf(file: string): Promise<Content | undefined> {
  const known = contents.get(file) ?? read(file);
  contents.set(file, known);
  return known;
}

async function read(file: string): Promise<Content | undefined> {
  const place = PLACES.map((path) => new URL(path, import.meta.url)).find((url) =>
    existsSync(new URL(file, url)),
  );
  if (place === undefined) {
    contents.delete(file);
    return undefined;
  }
  const plain = await readFile(new URL(file, place));
  const gzip = await readFile(new URL(`${file}.gz`, place)).catch(() => undefined);
  return { plain, gzip };
}
