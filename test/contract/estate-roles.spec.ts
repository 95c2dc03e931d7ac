import { beforeAll, describe, expect, it } from 'vitest';
import roles from '../../infra/estate/roles.json' with { type: 'json' };
import { neededActions } from '../../shared/inventory/permissions.ts';
import { actionsOf } from '../support/infra/actions.ts';
import { type EstateTraffic, operatingTraffic, readingTraffic } from '../support/infra/estate-traffic.ts';
import { granted, UNREACHED } from '../support/infra/role-actions.ts';

const lower = (action: string) => action.toLowerCase();
let reading: ReadonlyMap<string, string>;
let operating: ReadonlyMap<string, string>;

beforeAll(async () => {
  reading = usedIn(await readingTraffic());
  operating = usedIn(await operatingTraffic());
}, 240_000);

/** Actions with a run that used them. */
function usedIn(traffic: EstateTraffic): Map<string, string> {
  const used = new Map<string, string>();
  for (const [run, exchanges] of traffic) {
    for (const { liveRequest } of exchanges)
      for (const action of actionsOf(liveRequest)) used.set(action, run);
  }
  return used;
}

function compare(used: ReadonlyMap<string, string>, allowed: readonly string[]) {
  return {
    missing: [...used]
      .filter(([action]) => !allowed.includes(action))
      .map(([action, run]) => `${action} (${run})`),
    idle: allowed.filter((action) => !used.has(action) && UNREACHED[action] === undefined),
  };
}

describe('the role that reads', () => {
  it('has every action that looking takes, and no other', () => {
    expect(compare(reading, granted('reader'))).toEqual({ missing: [], idle: [] });
  });

  it('changes nothing', () => {
    for (const action of granted('reader')) expect(action).toMatch(/\/read$/);
  });
});

describe('the role that operates', () => {
  it('has, with the role that reads, every action that changes take, and no other', () => {
    expect(compare(operating, [...granted('reader'), ...granted('operator')]).missing).toEqual([]);
    expect(compare(operating, granted('operator')).idle).toEqual([]);
  });

  it('repeats nothing of the role that reads', () => {
    expect(granted('operator').filter((action) => granted('reader').includes(action))).toEqual([]);
  });

  it('cannot read secrets, keys or credentials, nor change roles, locks or identities', () => {
    const forbidden =
      /^\*|\*\/(write|delete|action)$|keys|secret|credential|roleassignments|roledefinitions|locks\/(write|delete)|userassignedidentities/;
    for (const action of [...granted('reader'), ...granted('operator')])
      expect(action).not.toMatch(forbidden);
  });
});

describe('both roles', () => {
  it('say of every action what it is for and where that is known from', () => {
    const all = [...roles.reader.actions, ...roles.operator.actions];
    expect(new Set(all.map(({ action }) => lower(action))).size).toBe(all.length);
    for (const entry of all) {
      expect(entry.action).toMatch(/^Microsoft\.[A-Za-z]+(\/(\w+|\*))+\/(read|write|delete|action)$/);
      expect(entry.for.length, entry.action).toBeGreaterThan(3);
      expect(entry.source.length, entry.action).toBeGreaterThan(3);
    }
  });

  it('have what discovery asks of them before it calls a machine ready', () => {
    const needed = neededActions(new Set(['azureVm', 'scaleSet', 'arcServer'] as const)).map(lower);
    expect([...granted('reader'), ...granted('operator')]).toEqual(expect.arrayContaining(needed));
  });
});

describe('the comparison', () => {
  it('names what a role lacks and what nothing uses', () => {
    const role = granted('operator').filter(
      (action) => action !== 'microsoft.compute/virtualmachines/start/action',
    );
    const both = [...granted('reader'), ...role, 'microsoft.compute/virtualmachines/delete'];
    const { missing, idle } = compare(operating, both);
    expect(missing).toEqual(['microsoft.compute/virtualmachines/start/action (deallocated VM)']);
    expect(idle).toEqual(expect.arrayContaining(['microsoft.compute/virtualmachines/delete']));
  });

  it.each([
    [
      'GET',
      '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v?api-version=1',
      'virtualmachines/read',
    ],
    [
      'DELETE',
      '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v/extensions/e',
      'virtualmachines/extensions/delete',
    ],
    [
      'PATCH',
      '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v/extensions/e',
      'virtualmachines/extensions/write',
    ],
    [
      'POST',
      '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v/start',
      'virtualmachines/start/action',
    ],
  ])('takes %s %s for an action', (method, path, action) => {
    const url = `https://management.azure.com${path}`;
    expect(actionsOf({ method, url, body: undefined })).toEqual([`microsoft.compute/${action}`]);
  });
});
