import { afterEach, describe, expect, it } from 'vitest';
import { type Session, startSession } from '../../rehearsal/session.ts';
import { judgedCall } from '../support/contract/described.ts';
import { smallEstate, WORKSPACE } from '../support/small-estate.ts';

let session: Session;
afterEach(() => session.close());

async function start(): Promise<void> {
  const { resources } = smallEstate();
  const rules = /\/dataCollectionRules\//;
  const log = {
    id: `${WORKSPACE}/dataSources/log`,
    ...{ name: 'log', kind: 'LinuxSyslog' },
    properties: { syslogName: 'auth', syslogSeverities: [{ severity: 'err' }] },
  };
  const file = { resources: [...resources.filter(({ id }) => !rules.test(id)), log] };
  session = await startSession({ file, seed: 1, requestLog: 'entries' });
}

const call = (method: string, path: string, body?: object) => judgedCall(session.host, method, path, body);

const convert = async (options: object = {}) =>
  (await call('POST', '/rulesets', { workspaceIds: [WORKSPACE], ...options })).json.ruleSets[0];
const deploy = (id: string, by: string) => call('POST', `/rulesets/${id}/deploy`, { whatIf: false, by });

describe('the deployed rule set of a workspace', () => {
  it('is named by who deployed it and when, until another takes its place', async () => {
    await start();
    const first = await convert();
    const second = await convert({ configurationEndpointRegions: ['North Europe'] });
    const shown = async (id: string) => {
      const { json } = await call('GET', `/rulesets/${id}`);
      return [json.deployedBy, typeof json.deployedAt];
    };
    expect(await shown(first.id)).toEqual([undefined, 'undefined']);

    await call('POST', `/rulesets/${first.id}/deploy`, {});
    expect(await shown(first.id)).toEqual([undefined, 'undefined']);
    expect((await deploy(first.id, 'rita')).json.status).toBe('deployed');
    expect(await shown(first.id)).toEqual(['rita', 'string']);

    expect((await deploy(second.id, 'sam')).json.status).toBe('deployed');
    expect(await shown(first.id)).toEqual([undefined, 'undefined']);
    expect(await shown(second.id)).toEqual(['sam', 'string']);
  });

  it('brings an endpoint to every region behind private link, once, and says what is left to do', async () => {
    await start();
    const { id, configurationEndpoints, notes } = await convert({
      configurationEndpointRegions: ['North Europe', 'northeurope', 'westeurope'],
    });

    const preview = await call('POST', `/rulesets/${id}/deploy`, {});
    await deploy(id, 'rita');
    const again = await deploy(id, 'rita');

    const regions = configurationEndpoints.map(({ region }: { region: string }) => region);
    expect(regions).toEqual(['northeurope', 'westeurope']);
    expect(notes).toEqual(preview.json.notes);
    expect(notes[0]).toContain('Private Link Scope');
    const steps = preview.json.steps.filter(({ kind }: { kind: string }) => kind === 'endpoint');
    expect(steps).toMatchObject([{ action: 'create' }, { action: 'create' }]);
    expect(again.json.deployed).toEqual([]);
    expect(session.estate.requestLog.entries({ kind: 'endpoint.write' })).toHaveLength(2);
  });

  it.each([[['west/europe']], [['']], ['westeurope']])(
    'is not made for the regions %j',
    async (configurationEndpointRegions) => {
      await start();
      const { status, json } = await call('POST', '/rulesets', {
        workspaceIds: [WORKSPACE],
        configurationEndpointRegions,
      });
      expect([status, json.errors[0].path.split('[')[0]]).toEqual([400, 'configurationEndpointRegions']);
    },
  );
});
