import { describe, expect, it } from 'vitest';
import { fleet } from '../../../rehearsal/samples/build-fleet.ts';
import { smallEstate, VM } from '../../support/small-estate.ts';
import { AMA_WINDOWS, rig } from './rig.ts';

const CLOUDS = [
  ['public', 'management.azure.com', 'api.loganalytics.io', 'vault.azure.net'],
  ['government', 'management.usgovcloudapi.net', 'api.loganalytics.us', 'vault.usgovcloudapi.net'],
  ['China', 'management.chinacloudapi.cn', 'api.loganalytics.azure.cn', 'vault.azure.cn'],
] as const;

describe.each(CLOUDS)('the %s cloud', (_name, arm, logs, vault) => {
  const file = smallEstate({
    behaviour: { secrets: [{ vault: 'kv-app', name: 'proxy', value: 'hunter2' }] },
  });
  const ask = (to: ReturnType<typeof rig>, audience: string, method: string, url: string, body?: unknown) =>
    to.send(method, url, body, { authorization: `Bearer ${to.estate.issueToken('system', audience)}` });

  it('links to its own hosts', () => {
    const to = rig(file);
    const put = ask(
      to,
      `https://${arm}`,
      'PUT',
      `https://${arm}${VM}/extensions/ama?api-version=2024-07-01`,
      AMA_WINDOWS,
    );
    expect(put.status).toBe(201);
    expect(put.headers['azure-asyncoperation']).toMatch(`https://${arm}/subscriptions/`);
    const remove = ask(
      to,
      `https://${arm}`,
      'DELETE',
      `https://${arm}${VM}/extensions/MMAExtension?api-version=2024-07-01`,
    );
    expect(remove.headers['location']).toMatch(`https://${arm}/subscriptions/`);
    const many = rig(fleet({ machines: 150 }));
    const subscription = many.estate.machineIds()[0]?.split('/')[2];
    const list = `https://${arm}/subscriptions/${subscription}/providers/Microsoft.Compute/virtualMachines?api-version=2024-07-01`;
    expect(ask(many, `https://${arm}`, 'GET', list).body.nextLink).toMatch(`https://${arm}/subscriptions/`);
  });

  it('serves its vaults and takes its own tokens only', () => {
    const to = rig(file);
    const url = `https://kv-app.${vault}/secrets/proxy?api-version=7.5`;
    const { status, body } = ask(to, `https://${vault}`, 'GET', url);
    expect([status, body.value, body.id]).toEqual([
      200,
      'hunter2',
      expect.stringContaining(`https://kv-app.${vault}/secrets/proxy/`),
    ]);
    for (const [, otherArm, otherLogs, otherVault] of CLOUDS.filter((one) => one[1] !== arm)) {
      expect(ask(to, `https://${otherVault}`, 'GET', url).status).toBe(401);
      expect(ask(to, `https://${otherArm}`, 'GET', `https://${arm}${VM}`).status).toBe(401);
      const query = `https://${logs}/v1/workspaces/x/query`;
      expect(ask(to, `https://${otherLogs}`, 'POST', query, {}).status).toBe(401);
    }
    expect(ask(to, `https://${logs}`, 'POST', `https://${logs}/v1/workspaces/x/query`, {}).status).toBe(404);
  });

  it('keeps secrets out of recorded traffic', () => {
    const seen: string[] = [];
    const to = rig(file, { onExchange: (exchange) => seen.push(JSON.stringify(exchange)) });
    ask(to, `https://${vault}`, 'GET', `https://kv-app.${vault}/secrets/proxy?api-version=7.5`);
    expect(seen.join()).not.toContain('hunter2');
  });
});
