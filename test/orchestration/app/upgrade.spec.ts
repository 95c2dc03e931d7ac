import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createSkippingClock } from '../../../rehearsal/clock.ts';
import { createApi, InventoryView, PlanView, WaveView } from '../../../rehearsal/drive/api.ts';
import {
  createEstate,
  createEstateCredential,
  createInProcessHttpClient,
} from '../../../rehearsal/estate/index.ts';
import { joinClock } from '../../../rehearsal/participant.ts';
import { startApp } from '../../../rehearsal/session.ts';
import { START, smallEstate } from '../../support/small-estate.ts';

const OLD = JSON.parse(readFileSync(new URL('../../../host.json', import.meta.url), 'utf8'));
const NEXT = structuredClone(OLD);
NEXT.extensions.durableTask.defaultVersion = '99.0';
const OLD_VERSION: string = OLD.extensions.durableTask.defaultVersion;

/** The app is deployed anew while a wave is in flight (D14). */
describe('an upgrade of the orchestrators', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'upgrade-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('leaves a wave in flight on its own version, children included, and starts what is new on the next', async () => {
    const clock = createSkippingClock({ start: START });
    const participant = joinClock(clock);
    const estate = createEstate({ file: smallEstate(), clock });
    const release = (hostJson: object) =>
      startApp({
        ...{ clock, hostJson, key: 'key' },
        httpClient: createInProcessHttpClient(estate),
        credential: createEstateCredential(estate),
        hostStore: join(folder, 'host'),
        ledger: join(folder, 'ledger'),
      });
    let app = await release(OLD);
    const api = createApi({
      url: 'http://127.0.0.1',
      key: 'key',
      fetch: (request) => app.host.fetch(request),
    });
    const inventoryId = await inventory();
    const cohorts = { pilotSize: 0, firstSize: 100, maxSize: 100 };
    const { body: plan } = await api.post('/plans', PlanView, { cohorts, inventoryId });
    const { body: wave } = await api.post('/waves', Started, { planId: plan.id, wave: 0, by: 'olive' });
    await phase('awaitingApproval');
    const before = new Set(app.host.instances().map(({ id }) => id));

    await app.close();
    app = await release(NEXT);
    await api.post(`/waves/${wave.id}/approve`, WaveView, { by: 'anna' });
    await phase('completed');
    const after = app.host.instances().filter(({ id }) => !before.has(id));
    const later = await inventory();

    expect(app.host.instance(wave.id)).toMatchObject({ version: OLD_VERSION, status: 'Completed' });
    expect(new Set(after.map(({ name }) => name))).toEqual(new Set(['cell', 'batch']));
    expect(new Set(after.map(({ version }) => version))).toEqual(new Set([OLD_VERSION]));
    expect(app.host.instance(later)?.version).toBe('99.0');
    participant.leave();
    await app.close();
    clock.stop();

    async function inventory(): Promise<string> {
      const { body } = await api.post('/inventories', Started, {});
      for (;;) {
        const { body: found } = await api.get(`/inventories/${body.id}`, InventoryView);
        if (found.status !== 'running') return body.id;
        await participant.sleep(1000);
      }
    }

    async function phase(wanted: string): Promise<void> {
      for (let look = 0; look < 10_000; look += 1) {
        const { body } = await api.get(`/waves/${wave.id}`, WaveView);
        if (body.phase === wanted) return;
        await participant.sleep(60_000);
      }
      throw new Error(`the wave is never ${wanted}`);
    }
  });
});

const Started = z.object({ id: z.string() });
