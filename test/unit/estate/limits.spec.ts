import { describe, expect, it } from 'vitest';
import { parseEstate } from '../../../rehearsal/estate/index.ts';
import { createOtherLoad } from '../../../rehearsal/estate/throttle/other-load.ts';
import { ARM_READS, computePolicies, type Policy } from '../../../rehearsal/estate/throttle/policies.ts';
import { createThrottle } from '../../../rehearsal/estate/throttle/throttle.ts';
import { fleet } from '../../../rehearsal/samples/build-fleet.ts';
import { ARC, GROUP, SUBSCRIPTION, smallEstate, VM } from '../../support/small-estate.ts';
import { AMA_WINDOWS, DAY, MINUTE, rig } from './rig.ts';

describe('throttling', () => {
  it('refills ARM reads at 25 a second and says when to come back', () => {
    const to = rig(smallEstate());
    const read = () => to.arm('GET', `/subscriptions/${SUBSCRIPTION}`);
    for (let i = 0; i < 250; i++) expect(read().status).toBe(200);
    const refused = read();
    expect([refused.status, refused.headers['retry-after'], refused.body.error.code]).toEqual([
      429,
      '1',
      'SubscriptionRequestsThrottled',
    ]);
    to.pass(1000);
    expect(Array.from({ length: 26 }, () => read().status).filter((status) => status === 200)).toHaveLength(
      25,
    );
    expect(to.estate.throttleReport().find((bucket) => bucket.bucket === 'ARM reads')).toMatchObject({
      capacity: 250,
      taken: 275,
      refused: 2,
      peakShare: 1,
      sustainedShare: 1,
    });
  });

  it('gives a VM twelve updates and four a minute', () => {
    const to = rig(smallEstate({ behaviour: { limits: { factor: 1 } } }));
    const remove = () => to.arm('DELETE', `${VM}/extensions/none`);
    for (let i = 0; i < 12; i++) expect(remove().status).toBe(204);
    const refused = remove();
    expect([refused.status, refused.headers['retry-after'], refused.body.error.details[0].target]).toEqual([
      429,
      '15',
      'UpdateVMResource',
    ]);
    to.pass(15_000);
    expect(remove().status).toBe(204);
  });

  it('another user takes its share of what flows back, for its time and in its place', () => {
    const from = '2026-11-21T08:00:00Z';
    const until = '2026-11-21T08:10:00Z';
    const otherLoad = [{ from, until, share: 0.5, subscription: SUBSCRIPTION.toUpperCase() }];
    const to = rig(smallEstate({ behaviour: { start: from, otherLoad } }));
    const admitted = (seconds: number) => {
      to.pass(seconds * 1000);
      const statuses = Array.from(
        { length: 60 },
        () => to.arm('GET', `/subscriptions/${SUBSCRIPTION}`).status,
      );
      return statuses.filter((status) => status === 200).length;
    };
    for (let i = 0; i < 250; i++) to.arm('GET', `/subscriptions/${SUBSCRIPTION}`);

    // 25 a second, of which half is left: 12 in the first second, 13 in the next.
    expect([admitted(1), admitted(1)]).toEqual([12, 13]);
    to.pass(598_000);
    for (let i = 0; i < 250; i++) to.arm('GET', `/subscriptions/${SUBSCRIPTION}`);
    expect(admitted(1)).toBe(25);
  });

  it('a load on one region leaves ARM alone', () => {
    const loads = createOtherLoad([{ from: '2026-11-21T08:00:00Z', location: 'West Europe', share: 0.5 }]);
    const [cell, vm] = computePolicies('extension.write', true) as [Policy, Policy];

    expect(loads(cell, `${SUBSCRIPTION}/westeurope`)).toHaveLength(1);
    expect(loads(cell, `${SUBSCRIPTION}/northeurope`)).toEqual([]);
    expect(loads(vm, VM.toLowerCase())).toEqual([]);
    expect(loads(ARM_READS, `${SUBSCRIPTION}|system`)).toEqual([]);
  });

  it('one principal meets ARM’s delete limit before the cell’s, and cells are counted apart', () => {
    const parsed = parseEstate(fleet({ machines: 800, cells: 2 }));
    if (!parsed.ok) throw new Error('fleet');
    const to = rig(parsed.estate);
    const statuses = to.estate.machineIds().map((id) => to.arm('DELETE', `${id}/extensions/none`).status);
    expect(statuses.filter((status) => status === 204)).toHaveLength(200);
    const report = to.estate
      .throttleReport()
      .filter((bucket) => bucket.bucket === 'UpdateVMSubscriptionMaximum');
    expect(report.map((bucket) => bucket.scope.split('/')[1])).toEqual(['westeurope']);
    expect(report[0]).toMatchObject({ capacity: 1500, taken: 200, refused: 0 });
  });

  it('a cell takes 1,500 updates at once and 500 a minute', () => {
    const throttle = createThrottle({ factor: 1, off: false, timeScale: 1 });
    const [cell] = computePolicies('extension.write', true);
    if (cell === undefined) throw new Error('no policy');
    const admitted = (now: number, tries: number) =>
      Array.from({ length: tries }, () =>
        throttle.admit([{ policy: cell, scope: 'a/westeurope' }], now),
      ).filter((one) => one.ok).length;
    expect(admitted(0, 2000)).toBe(1500);
    expect(admitted(MINUTE, 2000)).toBe(500);
    expect(throttle.admit([{ policy: cell, scope: 'a/westeurope' }], MINUTE)).toMatchObject({
      ok: false,
      retryAfterMs: 120,
    });
    expect(throttle.admit([{ policy: cell, scope: 'b/westeurope' }], MINUTE)).toMatchObject({
      ok: true,
      remaining: [1499],
    });
    expect(throttle.report()[0]).toMatchObject({
      taken: 2000,
      refused: 2001,
      peakShare: 1,
      sustainedShare: 1,
    });
  });

  it('can be scaled and switched off', () => {
    const small = rig(smallEstate({ behaviour: { limits: { factor: 0.1 } } }));
    const statuses = Array.from(
      { length: 26 },
      () => small.arm('GET', `/subscriptions/${SUBSCRIPTION}`).status,
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(25);
    const off = rig(smallEstate({ behaviour: { limits: { off: true } } }));
    expect(
      Array.from({ length: 400 }, () => off.arm('GET', `/subscriptions/${SUBSCRIPTION}`).status).every(
        (status) => status === 200,
      ),
    ).toBe(true);
  });

  it('Arc servers have no Compute limits', () => {
    const to = rig(smallEstate());
    expect(
      Array.from({ length: 100 }, () => to.arm('GET', `${ARC}/extensions`).status).every(
        (status) => status === 200,
      ),
    ).toBe(true);
    expect(to.arm('GET', ARC).headers['x-ms-ratelimit-remaining-resource']).toBeUndefined();
  });
});

describe('faults', () => {
  it('strikes what matches, as often as declared', () => {
    const to = rig(
      smallEstate({
        behaviour: {
          faults: [
            {
              match: { kind: 'extension.write', machine: VM },
              effect: { status: 503, retryAfterSeconds: 7 },
              count: 2,
            },
          ],
        },
      }),
    );
    const put = () => to.arm('PUT', `${VM}/extensions/ama`, AMA_WINDOWS);
    expect([put(), put(), put()].map((answer) => answer.status)).toEqual([503, 503, 201]);
    expect(to.estate.requestLog.count('extension.write', 503)).toBe(2);
  });

  it('loses an answer after the work was done', () => {
    const to = rig(
      smallEstate({
        behaviour: { faults: [{ match: { method: 'PUT' }, effect: { reset: 'after' }, count: 1 }] },
      }),
    );
    const url = `https://management.azure.com${VM}/extensions/ama?api-version=2026-04-01`;
    const { response } = to.estate.handleNow({
      method: 'PUT',
      url,
      headers: { authorization: `Bearer ${to.estate.issueToken()}` },
      body: JSON.stringify(AMA_WINDOWS),
    });
    expect(response.reset).toBe(true);
    expect(to.estate.snapshot(VM)?.extensions).toHaveLength(2);
  });

  it('chance depends on the exchange, not on the order of others', () => {
    const file = smallEstate({
      behaviour: {
        limits: { off: true },
        faults: [{ match: { kind: 'extension.read' }, effect: { status: 500 }, probability: 0.5 }],
      },
    });
    const struck = (names: readonly string[]) => {
      const to = rig(file, { seed: 9 });
      return Object.fromEntries(
        names.map((name) => [name, to.arm('GET', `${VM}/extensions/${name}`).status]),
      );
    };
    const names = Array.from({ length: 40 }, (_, i) => `x${i}`);
    expect(struck(names)).toEqual(struck([...names].reverse()));
    expect(new Set(Object.values(struck(names)))).toEqual(new Set([404, 500]));
  });
});

describe('changes by somebody else', () => {
  it('locks, tiers, extensions and associations take effect at once', () => {
    const to = rig(smallEstate());
    const { mutate, snapshot } = to.estate;
    mutate.addLock(VM, 'ReadOnly');
    expect(to.arm('PUT', `${VM}/extensions/ama`, AMA_WINDOWS).status).toBe(409);
    mutate.removeLock(VM);
    mutate.addExtension(VM, 'AMA', { ...AMA_WINDOWS.properties, provisioningState: 'Succeeded' });
    mutate.associate(VM, 'by-policy', {
      ruleId: `${GROUP}/providers/Microsoft.Insights/dataCollectionRules/rule-windows`,
    });
    to.pass(20 * MINUTE);
    expect(to.heard(VM)).toEqual(['Azure Monitor Agent']);
    mutate.removeExtension(VM, 'ama');
    mutate.dissociate(VM, 'by-policy');
    expect(snapshot(VM)).toMatchObject({ associations: [], agents: [{ agent: 'legacy' }] });
    mutate.setPower(ARC, 'disconnected', to.now() + MINUTE, to.now() + 2 * MINUTE);
    const statuses = [0, 1, 2].map((minutes) => {
      if (minutes > 0) to.pass(MINUTE);
      return snapshot(ARC)?.status;
    });
    expect(statuses).toEqual(['Connected', 'Disconnected', 'Connected']);
  });

  it('a guest agent that does not answer is named in the timeout', () => {
    const to = rig(smallEstate());
    to.estate.mutate.setPower(VM, 'agentNotReady');
    const put = to.arm('PUT', `${VM}/extensions/ama`, AMA_WINDOWS);
    expect(put.status).toBe(201);
    to.pass(91 * MINUTE);
    expect(to.send('GET', put.headers['azure-asyncoperation'] as string).body.error.code).toBe(
      'VMAgentStatusCommunicationError',
    );
    const agent = to.arm('GET', `${VM}?$expand=instanceView`).body.properties.instanceView.vmAgent;
    expect(agent.statuses[0].displayStatus).toBe('Not Ready');
  });
});

describe('associations and rules', () => {
  const put = (to: ReturnType<typeof rig>, name: string, properties: unknown) =>
    to.arm('PUT', `${VM}/providers/Microsoft.Insights/dataCollectionRuleAssociations/${name}`, {
      properties,
    });
  const rule = `${GROUP}/providers/Microsoft.Insights/dataCollectionRules/rule-windows`;
  const endpoint = `${GROUP}/providers/Microsoft.Insights/dataCollectionEndpoints/dce-we`;

  it.each([
    ['neither', 'a', {}, 400],
    ['both', 'a', { dataCollectionRuleId: rule, dataCollectionEndpointId: endpoint }, 400],
    ['an endpoint under another name', 'a', { dataCollectionEndpointId: endpoint }, 400],
    ['a rule under the endpoint’s name', 'configurationAccessEndpoint', { dataCollectionRuleId: rule }, 400],
    ['a rule that is not there', 'a', { dataCollectionRuleId: `${rule}-x` }, 404],
    ['an unknown field', 'a', { dataCollectionRuleId: rule, ruleId: rule }, 400],
    ['a rule', 'a', { dataCollectionRuleId: rule }, 201],
    ['an endpoint', 'ConfigurationAccessEndpoint', { dataCollectionEndpointId: endpoint }, 201],
  ])('an association with %s', (_what, name, properties, status) => {
    expect(put(rig(smallEstate()), name, properties).status).toBe(status);
  });

  it('lists the machines of a rule', () => {
    const to = rig(smallEstate());
    put(to, 'a', { dataCollectionRuleId: rule.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions') });
    expect(to.arm('GET', `${rule}/associations`).body.value).toMatchObject([{ name: 'a' }]);
  });

  it('refuses a rule beyond the limits', () => {
    const to = rig(smallEstate());
    const body = (n: number) => ({
      location: 'westeurope',
      kind: 'Windows',
      properties: {
        dataSources: {
          performanceCounters: [
            {
              name: 'c',
              streams: ['Microsoft-Perf'],
              counterSpecifiers: Array.from({ length: n }, (_, i) => `\\x\\${i}`),
            },
          ],
        },
      },
    });
    const path = `${GROUP}/providers/Microsoft.Insights/dataCollectionRules/new`;
    expect(to.arm('PUT', path, body(101)).status).toBe(400);
    expect(to.arm('PUT', path, body(100)).status).toBe(201);
    expect(to.arm('GET', path).body.properties.immutableId).toMatch(/^dcr-[0-9a-f]{32}$/);
  });
});

describe('traffic and log', () => {
  it('never shows secrets', () => {
    const seen: unknown[] = [];
    const to = rig(smallEstate({ behaviour: { secrets: [{ vault: 'kv', name: 'p', value: 'hunter2' }] } }), {
      onExchange: (exchange) => seen.push(exchange),
    });
    to.arm('PUT', `${VM}/extensions/ama`, {
      ...AMA_WINDOWS,
      properties: { ...AMA_WINDOWS.properties, protectedSettings: { proxy: { password: 'hunter3' } } },
    });
    expect(to.send('GET', 'https://kv.vault.azure.net/secrets/p/?api-version=2026-04-01').body.value).toBe(
      'hunter2',
    );
    const text = JSON.stringify([seen, to.estate.requestLog.entries()]);
    expect(text).not.toMatch(/hunter|rehearsal\./);
    expect(seen).toHaveLength(2);
    expect(seen[0]).toMatchObject({
      liveRequest: { method: 'PUT', body: { properties: { protectedSettings: {} } } },
      liveResponse: { statusCode: '201' },
    });
  });

  it('equal seeds give equal estates', () => {
    const run = () => {
      const to = rig(smallEstate(), { seed: 4 });
      const put = to.arm('PUT', `${VM}/extensions/ama`, AMA_WINDOWS);
      to.pass(2 * MINUTE);
      return [
        put.headers['azure-asyncoperation'],
        to.send('GET', put.headers['azure-asyncoperation'] as string).body,
        to.rows(VM, 'Perf', to.now() - 365 * DAY, to.now()),
      ];
    };
    expect(run()).toEqual(run());
  });
});
