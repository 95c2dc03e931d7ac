import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openScene, runOn, type Scene } from '../../scripts/screenshots/scene.ts';
import {
  ANNA,
  CHROMIUM,
  launch,
  OLIVE,
  OLIVE_BOTH,
  open,
  RITA,
  signedIn,
  type Who,
} from '../support/browser/open.ts';

const ALL = ['Approve', 'Promote', 'Hold', 'Resume', 'Retry', 'Abort', 'Roll back'];
const NOBODY = {};

/** Behind a sign-in: each person has the buttons of their roles, and the app agrees. */
let scene: Scene;
let browser: Browser;

describe.skipIf(CHROMIUM === undefined)('verbs of a wave', () => {
  beforeAll(async () => {
    Object.assign(process.env, { AMA_SIGN_IN: 'platform', AMA_KEY_ROLES: 'none' });
    browser = await launch();
    const headers = (role: 'operator' | 'approver') => signedIn(role === 'operator' ? OLIVE : ANNA);
    scene = await openScene({ key: 'k', headers });
    await scene.inventory();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await scene?.close();
    for (const name of ['AMA_SIGN_IN', 'AMA_KEY_ROLES']) delete process.env[name];
  });

  /** Opens a wave as somebody, does something, and holds that nothing went wrong. */
  async function as<T>(who: Who, id: string, work: (page: Page) => Promise<T>): Promise<T> {
    const { page, errors, close } = await open(browser, {
      origin: scene.origin,
      as: who,
      at: `#/waves/${id}`,
    });
    await page.getByRole('button', { name: 'Approve' }).waitFor();
    const result = await work(page);
    expect(errors).toEqual([]);
    await close();
    return result;
  }
  async function offered(page: Page): Promise<string[]> {
    const states = await Promise.all(
      ALL.map((name) => page.getByRole('button', { name, exact: true }).getAttribute('aria-disabled')),
    );
    return ALL.filter((_, i) => states[i] !== 'true');
  }
  async function use(page: Page, name: string, reason?: string): Promise<void> {
    await page.getByRole('button', { name, exact: true }).click();
    const dialog = page.getByRole('dialog');
    if (reason !== undefined) await dialog.getByLabel('Reason').fill(reason);
    await dialog.getByRole('button', { name, exact: true }).click();
    await page.getByRole('status').getByText(`${name}: done.`).waitFor();
  }
  const phaseOf = async (id: string) => (await scene.call<{ phase: string }>('GET', `/waves/${id}`)).phase;

  it('are offered by role, and used: approve, promote, hold, resume', async () => {
    const id = await scene.start(await scene.plan(), 0, NOBODY);
    await scene.reaches(id, ({ phase }) => phase === 'awaitingApproval');
    expect(await as(RITA, id, offered)).toEqual([]);
    expect(await as(OLIVE, id, offered)).toEqual(['Hold', 'Abort']);
    await as(OLIVE_BOTH, id, async (page) => {
      expect(await offered(page)).not.toContain('Approve');
      await page.getByText('requested this wave and may not approve it').first().waitFor();
    });
    await as(ANNA, id, async (page) => {
      expect(await offered(page)).toEqual(['Approve']);
      await use(page, 'Approve');
      await page.locator('.page-head .badge', { hasText: /progressing|planned/ }).waitFor();
    });
    await scene.reaches(id, ({ step }) => step === 'gate');
    await as(ANNA, id, (page) => use(page, 'Promote', 'the change board wants it'));
    await as(OLIVE, id, async (page) => {
      await use(page, 'Hold', 'a switch is being replaced');
      await page.locator('.badge', { hasText: 'held' }).waitFor();
      await page.getByText('a switch is being replaced').first().waitFor();
      expect(await offered(page)).toContain('Resume');
      await use(page, 'Resume', 'the switch is back');
    });
    expect(await phaseOf(id)).not.toBe('held');
    const { entries } = await scene.call<{ entries: { event: string; by: string; message: string }[] }>(
      'GET',
      `/waves/${id}/audit`,
    );
    const words = entries
      .filter(({ event }) => event === 'control')
      .map(({ by, message }) => `${by} ${message}`);
    // Time stands still while people click, so entries of one instant have no order.
    expect(words.toSorted()).toEqual([
      `${ANNA.upn} approved the gate it waits at`,
      `${ANNA.upn} promoted past the rest of the soak: the change board wants it`,
      expect.stringContaining(`${OLIVE.upn} asked for wave 0`),
      `${OLIVE.upn} held: a switch is being replaced`,
      `${OLIVE.upn} resumed: the switch is back`,
    ]);
  }, 120_000);

  it('are offered where they help, and used: retry, abort, roll back', async () => {
    const { machines } = await scene.call<{ machines: { id: string; name: string }[] }>(
      'GET',
      '/inventories/latest/machines?limit=1000&status=ready',
    );
    const chosen = machines.filter(({ name }) => ['api-ne-11', 'api-ne-05', 'api-ne-06'].includes(name));
    expect(chosen).toHaveLength(3);
    const policy = { approvals: { removal: true }, waitDeadlineSeconds: 1, heartbeatDeadlineSeconds: 600 };
    const { id } = await scene.call<{ id: string }>('POST', '/waves', {
      selection: {
        machineIds: chosen.map((one) => one.id),
        policy: { ...policy, gate: { maxNotVerifiedShare: 1 } },
      },
    });
    await scene.reaches(id, ({ step, phase }) => step === 'gate' && phase === 'awaitingApproval');
    await as(OLIVE, id, async (page) => {
      expect(await offered(page)).toEqual(['Hold', 'Retry', 'Abort', 'Roll back']);
      const group = page.locator('.troubles li', { hasText: 'noHeartbeat' });
      await group.getByText('check its proxy settings').waitFor();
      await group.getByRole('button', { name: '1 machine' }).click();
      await page.getByText('1 – 1 of 1').waitFor();
      await page.locator('#machines').getByRole('link', { name: 'api-ne-11' }).waitFor();
      await use(page, 'Retry', 'the proxy was mended');
    });
    await scene.reaches(id, ({ step, phase }) => step === 'gate' && phase === 'awaitingApproval');
    await as(OLIVE, id, (page) => use(page, 'Abort', 'the window is over'));
    await scene.reaches(id, ({ finishedAt }) => finishedAt !== null);
    expect(await phaseOf(id)).toBe('aborted');
    await as(OLIVE, id, async (page) => {
      expect(await offered(page)).toEqual(['Roll back']);
      await page.getByRole('button', { name: 'Roll back', exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Reason').fill('not this week');
      await dialog.getByRole('button', { name: 'See what would be undone' }).click();
      await dialog.getByRole('button', { name: /^Roll back \d machines?$/ }).click();
      await page.getByText('Roll back: done.').waitFor();
    });
    await runOn(scene, id, NOBODY);
    const { rollback } = await scene.call<{ rollback?: { by: string; reason: string } }>(
      'GET',
      `/waves/${id}`,
    );
    expect(rollback).toMatchObject({ by: OLIVE.upn, reason: 'not this week' });
  }, 120_000);

  it('are refused by the app where a page is behind, and the page says why', async () => {
    const id = await scene.start(
      await scene.plan({ cohorts: { pilotSize: 1 }, policy: { approvals: { start: true } } }),
      0,
      NOBODY,
    );
    const { page, errors, close } = await open(browser, {
      ...{ origin: scene.origin, as: ANNA, at: `#/waves/${id}` },
    });
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await scene.call('POST', `/waves/${id}/abort`, { reason: 'meanwhile' });
    await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    // How far the wave has come by then, decides which of the two it is.
    await page
      .getByRole('alert')
      .getByText(/Code wave(Aborted|Finished)/)
      .waitFor();
    // The browser writes a refused request into its console, and that is all.
    expect(errors).toEqual([expect.stringContaining('409')]);
    await close();
  }, 60_000);

  it('need a role, and who has none is told so', async () => {
    const { page, close } = await open(browser, {
      origin: scene.origin,
      as: { upn: 'n@contoso.example', roles: [] },
    });
    await page.getByRole('alert').getByText('needs the role "reader"').waitFor();
    await close();
  });

  it('are behind the sign-in, which a page leads to', async () => {
    const { page, close } = await open(browser, { origin: scene.origin });
    const link = page.getByRole('link', { name: 'Sign in with Microsoft Entra ID' });
    expect(await link.getAttribute('href')).toBe('/.auth/login/aad?post_login_redirect_uri=/api/dashboard');
    await close();
  });
});
