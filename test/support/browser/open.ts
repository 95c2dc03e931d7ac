import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, launchChromium } from '../../../scripts/screenshots/chromium.ts';
import type { Role } from '../../../shared/model/caller.ts';
import { principalHeader } from '../contract/principal.ts';

/** A Chromium to test with; without one the tests of pages are skipped. */
export const CHROMIUM = chromiumPath();
if (CHROMIUM === undefined) console.log('skipped: there is no Chromium here, so no page can be opened');

export const launch = (): Promise<Browser> => launchChromium(CHROMIUM ?? '');

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface OpenOptions {
  readonly origin: string;
  /** Behind the `#`. */
  readonly at?: string;
  /** Who is signed in. */
  readonly as?: Who;
  /** The key that is entered in this tab. */
  readonly key?: string;
  readonly scheme?: 'light' | 'dark';
  readonly width?: number;
}

export interface Who {
  readonly upn: string;
  readonly roles: readonly Role[];
}

export const RITA: Who = { upn: 'rita@contoso.example', roles: ['reader'] };
export const OLIVE: Who = { upn: 'olive@contoso.example', roles: ['operator'] };
export const ANNA: Who = { upn: 'anna@contoso.example', roles: ['approver'] };
/** The requester of the waves, with the role to approve as well. */
export const OLIVE_BOTH: Who = { upn: 'olive@contoso.example', roles: ['operator', 'approver'] };

/** What App Service authentication would add for somebody. */
export function signedIn({ upn, roles }: Who): Record<string, string> {
  return principalHeader({ id: `id-${upn}`, upn, roles });
}

export interface Opened {
  readonly page: Page;
  /** Errors of the console and of scripts. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

/** Opens the dashboard as a person would, and listens for errors. */
export async function open(browser: Browser, options: OpenOptions): Promise<Opened> {
  const { origin, at = '#/overview', as, key, scheme = 'light', width = 1280 } = options;
  const context = await browser.newContext({
    colorScheme: scheme,
    viewport: { width, height: 900 },
    ...(as === undefined ? {} : { extraHTTPHeaders: signedIn(as) }),
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  if (key !== undefined) await page.addInitScript((value) => sessionStorage.setItem('ama-key', value), key);
  await page.goto(`${origin}/api/dashboard${at}`);
  return { page, errors, close: () => context.close() };
}

/** Rules of accessibility that the page breaks, by axe (WCAG 2.2 AA and best practices). */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: axe is a global of the page, of which the compiler knows nothing.
    const { violations } = await (globalThis as any).axe.run();
    return violations.map(
      (one: { id: string; nodes: { html: string; failureSummary?: string }[] }) =>
        `${one.id}: ${one.nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('\n')}`,
    );
  });
}

/** How far the page is wider than what is seen of it, in pixels. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => {
    // biome-ignore lint/suspicious/noExplicitAny: the project is compiled without the names of a browser.
    const { documentElement } = (globalThis as any).document;
    return documentElement.scrollWidth - documentElement.clientWidth;
  });
}
