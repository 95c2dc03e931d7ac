/**
 * Makes the pictures of the dashboard anew: `npm run screenshots [-- FOLDER]`. The sample estate stands still while
 * they are taken, so equal sources give equal scenes.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { BadInput, EXIT, runCommand } from './cli.ts';
import { chromiumPath, launchChromium } from './screenshots/chromium.ts';
import { openScene, runOn, type Scene } from './screenshots/scene.ts';

const folder = process.argv[2] ?? 'docs/images';
const DAY = 86_400_000;

await runCommand(async () => {
  const path = chromiumPath();
  if (path === undefined) throw new BadInput('There is no Chromium here; install one, or set CHROMIUM_PATH.');
  mkdirSync(folder, { recursive: true });
  const scene = await openScene();
  const { waveId, machineId, ruleSetId } = await story(scene);
  const browser = await launchChromium(path);
  for (const scheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: scheme });
    await page.addInitScript((key) => sessionStorage.setItem('ama-key', key), scene.session.host.key);
    const shot = (name: string, hash: string, ready: string) =>
      take(page, scene, `${name}-${scheme}`, hash, ready);
    await shot('overview', '#/overview', '.lanes');
    await shot('wave', `#/waves/${waveId}`, '.pager');
    await shot('machine', `#/machine?${new URLSearchParams({ id: machineId, wave: waveId })}`, '.trail');
    await shot('inventory', '#/inventory', '.pager');
    await shot('rule-set', `#/rulesets/${ruleSetId}`, '.troubles');
    await page.close();
  }
  await browser.close();
  await scene.close();
  return EXIT.ok;
});

/** Two waves that ended and a third, with machines that need somebody, whose removal waits for an approval. */
async function story(scene: Scene) {
  await scene.inventory();
  await scene.pass(DAY);
  const planId = await scene.plan();
  await runOn(scene, await scene.start(planId, 0));
  await runOn(scene, await scene.start(planId, 1));
  const waveId = await scene.start(planId, 2);
  await scene.reaches(waveId, ({ phase }) => phase === 'awaitingApproval');
  await scene.approve(waveId);
  await scene.reaches(
    waveId,
    ({ phase, step, finishedAt }) =>
      finishedAt !== null || phase === 'held' || (phase === 'awaitingApproval' && step === 'gate'),
  );
  const { workspaces } = await scene.call<{ workspaces: { resourceId: string }[] }>(
    'GET',
    '/inventories/latest/workspaces',
  );
  const made = await scene.call<{ ruleSets: { id: string }[] }>('POST', '/rulesets', {
    workspaceIds: workspaces.slice(0, 1).map(({ resourceId }) => resourceId),
  });
  const { machines } = await scene.call<{ machines: { id: string }[] }>(
    'GET',
    `/waves/${waveId}/table?verdict=pass&limit=1`,
  );
  return { waveId, machineId: machines[0]?.id ?? '', ruleSetId: made.ruleSets[0]?.id ?? '' };
}

async function take(page: Page, scene: Scene, name: string, hash: string, ready: string): Promise<void> {
  await page.goto(`${scene.origin}/api/dashboard${hash}`);
  await page.reload();
  await page.waitForSelector(ready);
  // Charts are drawn after the page, and numbers come with a second answer.
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
