import { ComputeManagementClient } from '@azure/arm-compute';
import { ResourceGraphClient } from '@azure/arm-resourcegraph';
import { LogsQueryClient } from '@azure/monitor-query-logs';
import { describe, expect, it } from 'vitest';
import { createSkippingClock } from '../../rehearsal/clock.ts';
import {
  createEstate,
  createEstateCredential,
  createInProcessHttpClient,
  type EstateFile,
} from '../../rehearsal/estate/index.ts';
import { graphQueries } from '../../shared/inventory/queries/graph.ts';
import { heartbeatsQuery } from '../../shared/inventory/queries/heartbeats.ts';
import { usageQuery } from '../../shared/inventory/queries/usage.ts';
import { renderQuery } from '../../shared/model/query.ts';
import { CUSTOMER, START, SUBSCRIPTION, smallEstate } from '../support/small-estate.ts';

const SPAN = {
  since: new Date(START - 86_400_000).toISOString(),
  until: new Date(START).toISOString(),
};

/** What the real clients make of what inventories ask for. */
function clients(behaviour: NonNullable<EstateFile['behaviour']>) {
  const estate = createEstate({
    file: smallEstate({ behaviour: { legacyIngestionEnds: null, ...behaviour } }),
    clock: createSkippingClock({ start: START }),
  });
  const credential = createEstateCredential(estate);
  const options = { httpClient: createInProcessHttpClient(estate), retryOptions: { maxRetries: 0 } };
  return {
    logs: new LogsQueryClient(credential, options),
    graph: new ResourceGraphClient(credential, options),
    compute: new ComputeManagementClient(credential, SUBSCRIPTION, options),
  };
}

describe('the estate and the real SDKs, on inventories', () => {
  // The service says why in `details[].innererror`; the client's deserializer drops that, so only codes remain.
  it('an answer that is too large is a partial failure', async () => {
    const { logs } = clients({ limits: { queryRows: 2 } });
    const text = renderQuery(heartbeatsQuery, { ...SPAN, parts: '1', part: '0' });
    const result = await logs.queryWorkspace(CUSTOMER, text, { duration: 'P1D' });
    if (result.status !== 'PartialFailure') throw new Error(result.status);
    expect(result.partialTables[0]?.rows).toHaveLength(2);
    expect(result.partialError.code).toBe('PartialError');
    expect(result.partialError.details?.map(({ code }) => code)).toEqual(['EngineError']);
  });

  it('volumes are numbers, billing a truth value, instants dates', async () => {
    const { logs } = clients({});
    const result = await logs.queryWorkspace(CUSTOMER, renderQuery(usageQuery, SPAN), { duration: 'P1D' });
    if (result.status !== 'Success') throw new Error(result.status);
    expect(result.tables[0]?.rows[0]).toEqual(['Event', true, expect.any(Number), expect.any(Date)]);
  });

  it('cut-off results and left-out subscriptions are visible', async () => {
    const { graph } = clients({ graph: { truncate: ['machines'], limitHit: true } });
    let hit: string | undefined;
    const answer = await graph.resources(
      { query: graphQueries.machines.text, options: { resultFormat: 'objectArray' } },
      {
        onResponse: (raw) => {
          hit = raw.headers.get('x-ms-tenant-subscription-limit-hit');
        },
      },
    );
    expect([answer.resultTruncated, answer.skipToken, answer.count, hit]).toEqual([
      'true',
      undefined,
      2,
      'true',
    ]);
  });

  it('a scope above and below is understood', async () => {
    const { graph } = clients({});
    const options = {
      resultFormat: 'objectArray',
      authorizationScopeFilter: 'AtScopeAboveAndBelow',
    } as const;
    const query = graphQueries.policyAssignments.text;
    const answer = await graph.resources({ query, subscriptions: [SUBSCRIPTION], options });
    expect(answer.totalRecords).toBe(0);
    await expect(graph.resources({ query, managementGroups: ['none'], options })).rejects.toMatchObject({
      statusCode: 403,
      code: 'AuthorizationFailed',
    });
  });

  it('statuses of all VMs come in one list', async () => {
    const { compute } = clients({});
    const seen: (string | undefined)[] = [];
    for await (const vm of compute.virtualMachines.listAll({ statusOnly: 'true' }))
      seen.push(vm.instanceView?.vmAgent?.statuses?.[0]?.displayStatus);
    expect(seen).toEqual(['Ready', 'Ready']);
  });
});
