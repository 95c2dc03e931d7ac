import { readdirSync, statSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openScene, type Scene } from '../../scripts/screenshots/scene.ts';
import { CHROMIUM, launch, type Opened, open } from '../support/browser/open.ts';
import { smallEstate } from '../support/small-estate.ts';

const FOLDER = new URL('../../dist/dashboard/', import.meta.url);

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({ estate: smallEstate(), key: 'the-key' });
}, 60_000);
afterAll(() => scene.close());

const raw = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${scene.origin}/api/${path}`, { headers });
const fileNames = async () =>
  [...(await (await raw('dashboard')).text()).matchAll(/dashboard\/([\w.-]+)/g)].map(
    ([, name]) => name ?? '',
  );

describe('the files of the dashboard', () => {
  it('are less than 250 KB compressed, and ask no other host for anything', async () => {
    const packed = readdirSync(FOLDER).filter((name) => name.endsWith('.gz'));
    const bytes = packed.reduce((sum, name) => sum + statSync(new URL(name, FOLDER)).size, 0);
    console.log(`the dashboard is ${Math.round(bytes / 1000)} KB compressed`);
    expect(packed.length).toBeGreaterThanOrEqual(3);
    expect(bytes).toBeLessThan(250_000);
    expect(await (await raw('dashboard')).text()).not.toMatch(/https?:/);
  });

  it('come without a key, hold no data, and run nothing but themselves', async () => {
    const page = await raw('dashboard');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(await page.text()).not.toMatch(/<script(?![^>]*src=)|\son\w+=|style=/);
    expect((await raw('overview')).status).toBe(401);
  });

  it('are compressed for whoever takes that, and kept for ever under their names', async () => {
    const names = await fileNames();
    expect(names.map((name) => name.split('.').at(-1)).sort()).toEqual(['css', 'js', 'svg']);
    for (const name of names) {
      const answer = await raw(`dashboard/${name}`, { 'accept-encoding': 'gzip' });
      expect(answer.status, name).toBe(200);
      expect(answer.headers.get('content-encoding')).toBe('gzip');
      expect(answer.headers.get('cache-control')).toContain('immutable');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(100);
    }
  });

  it.each(['..%2findex.js', '%2e%2e%2findex.js', 'index.html.gz', 'none.js', '.hidden', 'a%00.js', 'index'])(
    'do not lead to %s',
    async (name) => {
      expect((await raw(`dashboard/${name}`)).status).toBe(404);
    },
  );
});

describe('polled answers', () => {
  it('are sent once, and again only when they differ', async () => {
    const key = { 'x-functions-key': 'the-key' };
    for (const path of ['overview', 'throttle']) {
      const first = await raw(path, key);
      const etag = first.headers.get('etag') ?? '';
      expect(first.status).toBe(200);
      expect(etag).toMatch(/^W\/"[0-9a-f]{32}"$/);
      const again = await raw(path, { ...key, 'if-none-match': etag });
      expect([again.status, await again.text()]).toEqual([304, '']);
      expect((await raw(path, { ...key, 'if-none-match': 'W/"other"' })).status).toBe(200);
    }
  });
});

describe.skipIf(CHROMIUM === undefined)('the dashboard behind a key', () => {
  let browser: Browser;
  let opened: Opened;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  it('asks for the key once, keeps it in the tab alone, and sends it in a header', async () => {
    opened = await open(browser, { origin: scene.origin });
    const { page, errors } = opened;
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.getByLabel('Function key').fill('the-key');
    await page.getByRole('button', { name: 'Open the dashboard' }).click();
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    await page.getByText('No inventory has been taken yet').waitFor();
    expect(asked.filter((url) => url.includes('the-key'))).toEqual([]);
    expect(asked.filter((url) => !url.startsWith(scene.origin))).toEqual([]);
    const kept = await page.evaluate(
      '[JSON.stringify(localStorage), document.cookie, sessionStorage["ama-key"]]',
    );
    expect(kept).toEqual(['{}', '', 'the-key']);
    expect(errors).toEqual([]);
    await page.getByRole('button', { name: 'Forget the key' }).click();
    await page.getByLabel('Function key').waitFor();
    expect(await page.evaluate('sessionStorage["ama-key"]')).toBeUndefined();
    await opened.close();
  });

  it('says that a key is wrong, and asks again', async () => {
    opened = await open(browser, { origin: scene.origin });
    const { page } = opened;
    await page.getByLabel('Function key').fill('another');
    await page.getByRole('button', { name: 'Open the dashboard' }).click();
    await page.getByRole('alert').getByText('the key is wrong').waitFor();
    await opened.close();
  });

  it('paints within a second on loopback', async () => {
    opened = await open(browser, { origin: scene.origin, key: 'the-key' });
    await opened.page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    const paint = await opened.page.evaluate(
      'performance.getEntriesByName("first-contentful-paint")[0].startTime',
    );
    console.log(`first contentful paint after ${Math.round(paint as number)} ms`);
    expect(paint).toBeLessThan(1000);
    await opened.close();
  });
});
