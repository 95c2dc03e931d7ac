import { afterEach, describe, expect, it } from 'vitest';
import {
  type Answer,
  makePlan,
  openApi,
  startWave,
  type TestApi,
  takeInventory,
} from '../support/contract/api.ts';
import { smallEstate, VM, WORKSPACE } from '../support/small-estate.ts';

const SECRET = 'https://kv-keys.vault.azure.net/secrets/law-main-key';
const KEYS = [{ workspaceId: WORKSPACE, secret: SECRET }];
const REASON = { by: 'rick', reason: 'wrong rules' };

let api: TestApi;
afterEach(() => api.close());

const faultsOf = ({ json }: Answer) =>
  (json?.['errors'] as { path: string }[] | undefined)?.map(({ path }) => path);

/** A wave that waits at its removal gate: rules are associated. */
async function aWave(policy: object = {}): Promise<string> {
  api = await openApi(smallEstate({ behaviour: { legacyIngestionEnds: null } }));
  await takeInventory(api);
  const proof = { verification: { proof: 'presence' } };
  return startWave(api, await makePlan(api, { cohorts: { pilotSize: 0 }, policy: { ...proof, ...policy } }));
}

async function atItsGate(): Promise<string> {
  const path = await aWave();
  await api.until(path, 'phase', 'awaitingApproval');
  return path;
}

const rollback = (path: string, body: object = {}) =>
  api.call('POST', `${path}/rollback`, { body: { ...REASON, ...body } });

describe('POST /waves/{id}/rollback', () => {
  it('says by default what it would do, and changes nothing', async () => {
    const path = await atItsGate();

    const answer = await rollback(path);

    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      status: 'whatIf',
      machines: 3,
      counts: { associations: 3, agent: 0, agentSettings: 0, legacyAgent: 0 },
      stays: { agent: 3, byScript: 0 },
      connectors: [],
      withoutLegacyAgent: 0,
      confirmation: expect.stringMatching(
        /^roll back 3 machines of .+ even where no legacy agent is heard: \w+$/,
      ),
    });
    const preview = answer.json?.['preview'] as { machineId: string; steps: string[] }[];
    expect(preview).toHaveLength(3);
    expect(preview[0]?.steps).toEqual([expect.stringMatching(/^delete the associations ama-/)]);
    expect(answer.json?.['warnings']).toContainEqual({ code: 'stopsWave', text: expect.any(String) });
    expect((await api.call('GET', path)).json).toMatchObject({ phase: 'awaitingApproval' });
    expect((await api.call('GET', path)).json).not.toHaveProperty('rollback');
  });

  it('answers as other control verbs do, and the same request again changes nothing', async () => {
    const path = await atItsGate();
    const request = { whatIf: false };

    const first = await rollback(path, request);
    const again = await rollback(path, { ...request, reason: 'impatient' });

    expect(first.json).toMatchObject({
      phase: 'progressing',
      abort: { by: 'rick', reason: 'to be rolled back: wrong rules' },
      rollback: { by: 'rick', reason: 'wrong rules', machines: 'all', finishedAt: null, confirmation: null },
    });
    expect(first.json?.['rollback']).not.toHaveProperty('machineIds');
    expect(again.status).toBe(200);
    expect(again.json?.['rollback']).toMatchObject({ reason: 'wrong rules' });
    const other = await rollback(path, { ...request, undo: { agent: true } });
    expect([other.status, other.json?.['code']]).toEqual([409, 'rollbackRunning']);
    const aborted = await api.call('POST', `${path}/abort`, { body: REASON });
    expect([aborted.status, aborted.json?.['code']]).toEqual([409, 'rollbackRunning']);
    await api.until(path, 'phase', 'aborted');
    const machines = await api.call('GET', `${path}/machines?status=skipped`);
    const [machine] = (machines.json?.['machines'] ?? []) as {
      outcomes: Record<string, unknown>;
      undo: unknown;
    }[];
    expect(machine?.outcomes).toMatchObject({
      undoAssociate: { status: 'done' },
      undoInstall: { reason: 'notRequested', text: 'The rollback was not asked to undo this.' },
    });
    expect(machine?.undo).toEqual({ agent: { name: expect.any(String), before: null } });
    const nothing = await rollback(path, request);
    expect([nothing.status, nothing.json?.['code']]).toEqual([409, 'nothingToRollBack']);
  });

  it('shows a rollback of single machines as their number', async () => {
    const path = await atItsGate();
    const answer = await rollback(path, { whatIf: false, machineIds: [VM, VM.toLowerCase()] });
    expect(answer.json?.['rollback']).toMatchObject({ machines: 1, undo: { connectors: false } });
  });

  it.each<[string, object, string]>([
    ['no reason', { reason: undefined }, 'reason'],
    ['an empty list of machines', { machineIds: [] }, 'machineIds'],
    ['more than a thousand machines', { machineIds: Array.from({ length: 1001 }, () => VM) }, 'machineIds'],
    ['an agent without its associations', { undo: { agent: true, associations: false } }, 'undo.agent'],
    ['keys for nothing', { workspaceKeys: KEYS }, 'workspaceKeys'],
    [
      'a key in the request',
      { undo: { legacyAgent: true }, workspaceKeys: [{ workspaceId: WORKSPACE, secret: 'key' }] },
      'workspaceKeys[0].secret',
    ],
    [
      'a workspace by its name',
      { undo: { legacyAgent: true }, workspaceKeys: [{ workspaceId: 'law', secret: SECRET }] },
      'workspaceKeys[0].workspaceId',
    ],
    ['a misspelt field', { confirm: 'x' }, 'confirm'],
  ])('refuses bad input: %s', async (_, body, path) => {
    const wave = await aWave();
    const answer = await rollback(wave, body);
    expect([answer.status, answer.json?.['code']]).toEqual([400, 'invalidRequest']);
    expect(faultsOf(answer)).toEqual([path]);
  });

  it.each<[string, object, number, string]>([
    ['machines of another wave', { machineIds: [`${VM}-2`] }, 409, 'machineNotInWave'],
    ['nobody who asks', { whatIf: false, by: undefined }, 400, 'missingBy'],
    ['a confirmation that is none', { whatIf: false, confirmation: 'yes' }, 409, 'confirmationDiffers'],
  ])('refuses %s', async (_, body, status, code) => {
    const path = await atItsGate();
    const answer = await rollback(path, body);
    expect([answer.status, answer.json?.['code']]).toEqual([status, code]);
    expect((await api.call('GET', path)).json).toMatchObject({ phase: 'awaitingApproval' });
  });

  it('refuses dry runs, waves that changed nothing, and waves that are not there', async () => {
    const path = await aWave({ approvals: { start: true } });
    const planId = path.split('/waves/')[1]?.replace(/-wave-0$/, '');
    const nothing = await rollback(path, { whatIf: false });
    expect([nothing.status, nothing.json?.['code']]).toEqual([409, 'nothingToRollBack']);
    const dry = await api.call('POST', '/waves', { body: { planId, wave: 0, dryRun: true, by: 'rick' } });
    const dryRun = await rollback(`/waves/${dry.json?.['id']}`, { whatIf: false });
    expect([dryRun.status, dryRun.json?.['code']]).toEqual([409, 'dryRunWave']);
    expect((await rollback('/waves/none')).json?.['code']).toBe('waveNotFound');
  });
});
