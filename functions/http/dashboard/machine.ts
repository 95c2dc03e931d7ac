import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { findRow } from '../../../shared/dashboard/machine-list.ts';
import { nextStepOf } from '../../../shared/dashboard/next-step.ts';
import type { WaveMachine } from '../../../shared/ledger/waves.ts';
import { normalizeId } from '../../../shared/model/ids.ts';
import type { Plan, PlannedMachine } from '../../../shared/model/plan.ts';
import type { ProxyProfile } from '../../../shared/model/policy.ts';
import type { Wave } from '../../../shared/model/wave.ts';
import type { CalledApp } from '../caller.ts';
import { polledEndpoint, readQuery } from '../endpoint.ts';
import { Problem } from '../problem.ts';
import { waveView } from '../wave-view.ts';
import { machineView } from '../waves.ts';
import { indexesOf } from './indexes.ts';

export const MachineQuery = z.strictObject({
  id: z.string().min(1).max(1000).transform(normalizeId).describe('ARM id of the machine.'),
  wave: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Id of a wave; without it the one that holds the machine, or proved it last.'),
});

/** `GET /machine`: all that is known of one machine: the newest inventory, its wave, and what comes next. */
export const getMachine = polledEndpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const { id, wave: named } = readQuery(request, MachineQuery);
  const inventory = await app.ledger.inventories.latest();
  const machine =
    inventory === undefined ? undefined : await app.ledger.inventories.machine(inventory.id, id);
  const wave = await waveOf(app, id, named);
  const found = wave === undefined ? undefined : await inWave(app, wave, id);
  if (machine === undefined && found === undefined)
    throw new Problem('machineNotFound', 'Neither the newest inventory nor a wave has this machine.');
  const plan = wave === undefined || found === undefined ? undefined : await app.plan(wave.planId);
  const view = wave === undefined || found === undefined ? undefined : await waveView(app, wave);
  const record = found?.record;
  return {
    jsonBody: {
      id,
      inventory: inventory === undefined ? null : { id: inventory.id, completedAt: inventory.completedAt },
      machine: machine ?? null,
      wave:
        view === undefined
          ? null
          : { id: view.id, index: view.index, phase: view.phase, message: view.message, dryRun: view.dryRun },
      inWave: found === undefined ? null : machineView(found.record, found.planned),
      proxy: found === undefined || plan === undefined ? null : proxyOf(plan, found.planned),
      next: nextStepOf({
        machine,
        record,
        wave: found === undefined ? undefined : wave,
        phase: view?.phase,
      }),
    },
  };
});

async function waveOf(
  { ledger }: CalledApp,
  id: string,
  named: string | undefined,
): Promise<Wave | undefined> {
  const waveId = named ?? (await ledger.leases.holder(id)) ?? (await ledger.migrated.get(id))?.waveId;
  if (waveId === undefined) return undefined;
  const found = await ledger.waves.get(waveId);
  if (found === undefined && named !== undefined)
    throw new Problem('waveNotFound', `There is no wave "${named}".`);
  return found?.wave;
}

async function inWave(app: CalledApp, wave: Wave, id: string): Promise<WaveMachine | undefined> {
  if (wave.detailsPurgedAt !== undefined) return undefined;
  const row = findRow(await indexesOf(app).of(wave), id);
  if (row === undefined) return undefined;
  const batch = await app.ledger.waves.batch(wave.id, row.batchId);
  return batch.find(({ record }) => record.machineId === id);
}

/** How the plan has the machine reach Azure Monitor; addresses of secrets stay in the plan. */
function proxyOf({ policy }: Plan, { proxyProfile }: PlannedMachine) {
  const profile: ProxyProfile | undefined =
    proxyProfile === null ? undefined : policy.proxies.profiles[proxyProfile];
  if (proxyProfile === null || profile === undefined) return null;
  return {
    name: proxyProfile,
    kind: profile.kind,
    address: 'address' in profile ? profile.address : null,
  };
}
