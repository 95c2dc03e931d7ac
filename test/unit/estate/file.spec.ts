import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseEstate } from '../../../rehearsal/estate/index.ts';
import { fleet } from '../../../rehearsal/samples/build-fleet.ts';
import { estateSchema } from '../../../scripts/estate-schema.ts';
import { RULE, smallEstate, VM } from '../../support/small-estate.ts';

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
          { id: VM.toUpperCase().replace('/SUBSCRIPTIONS/', '/subscriptions/') },
        ],
      },
      /^resources\[11\]\.id: the same id as resources\[0\]/,
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
      'a heartbeat of two',
      { resources: [], heartbeats: [{ machine: VM, computer: 'x', agent: 'ama' }] },
      /^heartbeats\[0\]: give either/,
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
    expect(problems(fleet(options))).toEqual([]);
    expect(fleet(options)).toEqual(fleet(options));
  });
});
