import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseEstate } from '../../../rehearsal/estate/index.ts';
import { fleet } from '../../../rehearsal/samples/build-fleet.ts';
import { estateSchema } from '../../../scripts/estate-schema.ts';
import { RULE, smallEstate, VM, WORKSPACE } from '../../support/small-estate.ts';

function problems(json: unknown): string[] {
  const parsed = parseEstate(json);
  return parsed.ok ? [] : parsed.problems.map((problem) => `${problem.path}: ${problem.message}`);
}

describe('rehearsal/estate/file', () => {
  it('takes a file of resources alone', () => {
    expect(problems({ resources: [] })).toEqual([]);
    expect(problems(smallEstate())).toEqual([]);
  });

  it.each([
    ['a missing id', { resources: [{ name: 'x' }] }, /^resources\[0\]\.id: /],
    ['an unknown own key', { resources: [], behavior: {} }, /^behavior: is not known here/],
    [
      'an unknown key in behaviour',
      { resources: [], behaviour: { fault: [] } },
      /^behaviour\.fault: is not known here/,
    ],
    ['a bad instant', { resources: [], behaviour: { start: 'now' } }, /^behaviour\.start: /],
    [
      'a bad proxy address',
      { resources: [], behaviour: { network: { default: { mode: 'proxy', address: 'https://p' } } } },
      /^behaviour\.network\.default\.address: /,
    ],
    [
      'a fault without effect',
      { resources: [], behaviour: { faults: [{ match: {}, effect: {} }] } },
      /^behaviour\.faults\[0\]\.effect: /,
    ],
    [
      'a broken pattern',
      { resources: [], behaviour: { faults: [{ match: { url: '(' }, effect: { truncate: true } }] } },
      /^behaviour\.faults\[0\]\.match\.url: /,
    ],
    [
      'a duplicate in another casing',
      {
        resources: [
          ...smallEstate().resources,
          { id: RULE.toUpperCase().replace('/SUBSCRIPTIONS/', '/subscriptions/') },
        ],
      },
      /^resources\[11\]\.id: the same id as resources\[8\]/,
    ],
    [
      'a machine given twice in one casing',
      { resources: [...smallEstate().resources, { id: VM }] },
      /^resources\[11\]\.id: the same id as resources\[0\]/,
    ],
    ['an id of no kind', { resources: [{ id: '/somewhere/x' }] }, /^resources\[0\]\.id: expected an ARM id/],
    [
      'an unknown query',
      { resources: [], behaviour: { graph: { truncate: ['nothing'] } } },
      /^behaviour\.graph\.truncate\[0\]: /,
    ],
    [
      'a permission without scope',
      { resources: [], behaviour: { permissions: [{ scope: 'rg', actions: [] }] } },
      /^behaviour\.permissions\[0\]\.scope: /,
    ],
    [
      'free space of nobody',
      { resources: [], behaviour: { freeSpace: [{ machine: VM, disk: 'C:', megabytes: 1 }] } },
      /^behaviour\.freeSpace\[0\]\.machine: no machine/,
    ],
    [
      'a volume of no workspace',
      { resources: [], usage: [{ workspace: 'x', table: 'Perf', megabytesPerDay: 1 }] },
      /^usage\[0\]\.workspace: no workspace/,
    ],
    [
      'a heartbeat in no workspace',
      { resources: [], heartbeats: [{ computer: 'x', agent: 'ama', workspace: 'y' }] },
      /^heartbeats\[0\]\.workspace: no workspace/,
    ],
    [
      'an extension without machine',
      { resources: [{ id: `${VM}/extensions/x` }] },
      /^resources\[0\]\.id: its machine/,
    ],
    [
      'an association to nothing',
      {
        resources: [
          ...smallEstate().resources,
          {
            id: `${VM}/providers/Microsoft.Insights/dataCollectionRuleAssociations/a`,
            properties: { dataCollectionRuleId: `${RULE}-x` },
          },
        ],
      },
      /^resources\[11\]\.properties\.dataCollectionRuleId: /,
    ],
    [
      'a behaviour of nobody',
      { resources: [], behaviour: { offline: [{ machine: VM, from: '2026-11-21T08:00:00Z' }] } },
      /^behaviour\.offline\[0\]\.machine: no machine/,
    ],
    [
      'a period that ends before it begins',
      smallEstate({
        behaviour: {
          offline: [{ machine: VM, from: '2026-11-21T08:00:00Z', until: '2026-11-21T07:00:00Z' }],
        },
      }),
      /^behaviour\.offline\[0\]\.until: /,
    ],
    [
      'a heartbeat of nobody',
      { resources: [], heartbeats: [{ agent: 'ama' }] },
      /^heartbeats\[0\]: give a machine/,
    ],
    [
      'a machine renamed in one workspace only',
      smallEstate({ heartbeats: [{ machine: VM, computer: 'x', agent: 'ama', workspace: WORKSPACE }] }),
      /^heartbeats\[0\]\.workspace: a machine is renamed/,
    ],
    [
      'a workspace without customerId',
      {
        resources: [
          { id: `${VM.split('/providers/')[0]}/providers/Microsoft.OperationalInsights/workspaces/w` },
        ],
      },
      /customerId: a workspace needs/,
    ],
  ])('names the place of %s', (_what, json, expected) => {
    expect(problems(json).join('\n')).toMatch(expected);
  });

  it('takes a machine in two casings, and ids outside of subscriptions', () => {
    const { resources } = smallEstate();
    const twin = { id: VM.replace('virtualMachines', 'virtualmachines') };
    const policy = { id: '/providers/Microsoft.Authorization/policyDefinitions/x' };
    expect(problems({ resources: [...resources, twin, policy] })).toEqual([]);
  });

  it('keeps what real exports carry', () => {
    const parsed = parseEstate({
      resources: [
        {
          id: VM,
          tags: null,
          identity: null,
          managedBy: '',
          zones: null,
          properties: { anything: [1] },
          tenantId: 'x',
        },
      ],
    });
    expect(parsed).toMatchObject({
      ok: true,
      estate: { resources: [{ managedBy: '', properties: { anything: [1] }, tenantId: 'x' }] },
    });
  });

  it.each(['contoso', 'exported'])('the sample %s is valid', (name) => {
    expect(
      problems(
        JSON.parse(readFileSync(new URL(`../../../rehearsal/samples/${name}.json`, import.meta.url), 'utf8')),
      ),
    ).toEqual([]);
  });

  it('the published JSON schema is the one of the code', () => {
    const published = readFileSync(
      new URL('../../../docs/reference/estate-file.schema.json', import.meta.url),
      'utf8',
    );
    expect(JSON.parse(published)).toEqual(JSON.parse(estateSchema()));
  });

  it('the generated fleet is valid and depends on its options alone', () => {
    const options = { machines: 200, cells: 7, arcShare: 0.3, seed: 5 };
    for (const extras of [false, true]) {
      expect(problems(fleet({ ...options, extras }))).toEqual([]);
      expect(fleet({ ...options, extras })).toEqual(fleet({ ...options, extras }));
    }
  });
});
