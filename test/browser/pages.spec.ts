import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openScene, runOn, type Scene } from '../../scripts/screenshots/scene.ts';
import { accessibilityFaults, CHROMIUM, launch, open, overflow } from '../support/browser/open.ts';

/** The sample estate with a wave that ended, one whose removal waits for an approval, and a converted workspace. */
let scene: Scene;
let browser: Browser;
let waveId: string;
let ruleSetId: string;
let machineId: string;

describe.skipIf(CHROMIUM === undefined)('pages over the sample estate', () => {
  beforeAll(async () => {
    browser = await launch();
    scene = await openScene({ key: 'k' });
    await scene.inventory();
    const planId = await scene.plan();
    await runOn(scene, await scene.start(planId, 0));
    waveId = await scene.start(planId, 1);
    await scene.approve(waveId);
    await scene.reaches(waveId, ({ phase, step }) => phase === 'awaitingApproval' && step === 'gate');
    const { workspaces } = await scene.call<{ workspaces: { resourceId: string }[] }>(
      'GET',
      '/inventories/latest/workspaces',
    );
    const body = { workspaceIds: workspaces.slice(0, 1).map(({ resourceId }) => resourceId) };
    const made = await scene.call<{ ruleSets: { id: string }[] }>('POST', '/rulesets', body);
    ruleSetId = made.ruleSets[0]?.id ?? '';
    const { machines } = await scene.call<{ machines: { id: string }[] }>(
      'GET',
      `/waves/${waveId}/table?verdict=pass&limit=1`,
    );
    machineId = machines[0]?.id ?? '';
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await scene?.close();
  });

  const at = (hash: string, options: object = {}) =>
    open(browser, { origin: scene.origin, key: 'k', at: hash, ...options });
  const wavePath = () => `#/waves/${waveId}`;
  const machinePath = () => `#/machine?${new URLSearchParams({ id: machineId, wave: waveId })}`;

  it('the overview says what needs a person, how the fleet stands and when it will end', async () => {
    const { page, errors, close } = await at('#/overview');
    await page.getByRole('link', { name: 'Wave 1 waits for an approval' }).waitFor();
    await page.getByText('completed', { exact: true }).waitFor();
    const tiles = await page.locator('.tiles dd:nth-of-type(1)').allTextContents();
    const { fleet } = await scene.call<{ fleet: { items: Record<string, number>[] } }>('GET', '/overview');
    const last = fleet.items.at(-1) ?? {};
    expect(tiles.map(Number)).toEqual([last['amaOnly'], last['both'], last['legacyOnly'], last['neither']]);
    expect(tiles.map(Number).reduce((a, b) => a + b, 0)).toBe(last['total']);
    expect(await page.locator('.facts', { hasText: 'Likely ends' }).textContent()).toMatch(/\d\d Nov/);
    await page.getByRole('table').getByText('westeurope').first().waitFor();
    await page.getByRole('button', { name: 'Measure now' }).click();
    await page.getByText('Paid twice in a day').waitFor();
    expect(await page.locator('.chart canvas').count()).toBe(1);
    expect(errors).toEqual([]);
    await close();
  });

  it('the wave page has timeline, counts, gates with evidence, and machines', async () => {
    const { page, errors, close } = await at(wavePath());
    await page.getByText('Removal gate:').waitFor();
    await page.locator('.gantt ol > li').first().waitFor();
    expect(await page.locator('.gantt ol > li').count()).toBeGreaterThan(3);
    expect(
      await page.getByRole('img', { name: /^install: .* machines are through/ }).count(),
    ).toBeGreaterThan(3);
    await page.getByText('1 – 30 of 30').waitFor();
    // Filter, search and order are the app's, over all machines.
    await page.getByLabel('Search').fill('dc-');
    await page.getByText(/1 – \d of \d/).waitFor();
    for (const name of await page.locator('#machines tbody th a').allTextContents())
      expect(name).toMatch(/^dc-/);
    await page.getByRole('button', { name: 'Machine', exact: true }).click();
    const shown = await page.locator('th[aria-sort=descending]').textContent();
    expect(shown).toContain('Machine');
    await page.locator('#machines tbody th a').first().click();
    await page.getByRole('heading', { name: /^dc-/, level: 1 }).waitFor();
    expect(errors).toEqual([]);
    await close();
  });

  it('the machine page has what it had, what was done, its data and its trail', async () => {
    const { page, errors, close } = await at(machinePath());
    await page.getByText('The wave waits for an approval.').waitFor();
    await page.getByRole('heading', { name: 'What it had' }).waitFor();
    expect(await page.locator('.steps li').allTextContents()).toEqual([
      expect.stringContaining('install'),
      expect.stringContaining('associate'),
      expect.stringContaining('verify'),
    ]);
    expect(await page.locator('.table-card canvas').count()).toBeGreaterThan(0);
    await page
      .getByText(/rows an hour/)
      .first()
      .waitFor();
    await page.locator('.trail li').first().waitFor();
    expect(await page.locator('.trail').textContent()).toContain('put extension AzureMonitor');
    expect(errors).toEqual([]);
    await close();
  });

  it('the inventory page has blocked reasons, services, findings by severity and the preflight', async () => {
    const { page, errors, close } = await at('#/inventory');
    await page.getByText('unsupportedOs').waitFor();
    await page.getByRole('heading', { name: 'Dependent services' }).waitFor();
    const severities = await page
      .locator('.card', { has: page.getByRole('heading', { name: 'Findings' }) })
      .locator('.trouble-head .badge')
      .allTextContents();
    const rank = severities.map((one) => ['action', 'warning', 'info'].indexOf(one));
    expect(rank.length).toBeGreaterThan(5);
    expect(rank).toEqual(rank.toSorted((a, b) => a - b));
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download network preflight' }).click();
    expect((await download).suggestedFilename()).toBe('network-preflight.csv');
    await page
      .getByRole('link', { name: /machine/ })
      .first()
      .click();
    await page.getByRole('search').getByRole('link').waitFor();
    expect(errors).toEqual([]);
    await close();
  });

  it('the rule set page leads from setting to rule, names losses and compares before it deploys', async () => {
    const { page, errors, close } = await at('#/rulesets');
    await page.getByRole('table').getByRole('link').first().click();
    await page.getByRole('heading', { name: 'Loss report' }).waitFor();
    await page.getByRole('heading', { name: 'From setting to rule' }).waitFor();
    expect(await page.getByRole('button', { name: /^Deploy/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'Compare with Azure' }).click();
    await page.getByRole('button', { name: /^Deploy \d+ changes/ }).click();
    await page.getByLabel('Your name').fill('olive');
    await page.getByRole('dialog').getByRole('button', { name: 'Deploy' }).click();
    await page.locator('.badge', { hasText: 'deployed' }).waitFor();
    const set = await scene.call<{ deployedBy?: string }>('GET', `/rulesets/${ruleSetId}`);
    expect(set.deployedBy).toBe('olive');
    expect(errors).toEqual([]);
    await close();
  });

  const paths = () => [
    '#/overview',
    wavePath(),
    machinePath(),
    '#/inventory',
    '#/rulesets',
    `#/rulesets/${ruleSetId}`,
  ];

  it.each(['light', 'dark'] as const)(
    'every page keeps the rules of accessibility when it is %s',
    async (scheme) => {
      for (const path of paths()) {
        const { page, close } = await at(path, { scheme });
        await page.locator('.card').first().waitFor();
        await page.waitForLoadState('networkidle');
        expect(await accessibilityFaults(page), path).toEqual([]);
        await close();
      }
    },
    120_000,
  );

  it('every page fits a phone', async () => {
    for (const path of paths()) {
      const { page, close } = await at(path, { width: 360 });
      await page.locator('.card').first().waitFor();
      await page.waitForLoadState('networkidle');
      expect(await overflow(page), path).toBe(0);
      await close();
    }
  }, 60_000);

  it('the keyboard leads everywhere', async () => {
    const { page, errors, close } = await at('#/overview');
    await page.locator('.card').first().waitFor();
    await page.keyboard.press('Tab');
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('main');
    await page.keyboard.press('Tab');
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toContain('Wave 1 waits');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Wave 1', level: 1 }).waitFor();
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('main');
    const hold = page.getByRole('button', { name: 'Hold' });
    await hold.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    // The keyboard stays in the dialog, and Escape leads back to the button.
    for (let i = 0; i < 8; i += 1) {
      await page.keyboard.press('Tab');
      const inside =
        'document.activeElement === document.body || document.querySelector("dialog").contains(document.activeElement)';
      expect(await page.evaluate(inside)).toBe(true);
    }
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Hold');
    expect(errors).toEqual([]);
    await close();
  });

  it('a page whose app is gone says so, keeps what it knew, and comes back', async () => {
    const { page, close } = await at('#/overview');
    await page.getByText('Live').waitFor();
    await page.route('**/api/overview', (route) => route.abort());
    await page.getByText('The app does not answer.').waitFor();
    expect(await page.getByRole('link', { name: 'Wave 1 waits for an approval' }).isVisible()).toBe(true);
    await page.unroute('**/api/overview');
    await page.getByText('Live').waitFor({ timeout: 30_000 });
    await close();
  }, 60_000);

  it('what is not there is said, page by page', async () => {
    for (const [path, text] of [
      ['#/waves/none', 'There is no wave "none".'],
      ['#/machine?id=none', 'has this machine'],
      ['#/rulesets/none', 'There is no rule set "none".'],
      ['#/elsewhere', 'There is no such page'],
    ] as const) {
      const { page, close } = await at(path);
      await page.getByText(text).first().waitFor();
      await close();
    }
  });
});
