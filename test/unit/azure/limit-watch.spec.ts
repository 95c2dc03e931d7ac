import { createHttpHeaders, createPipelineRequest, type HttpMethods } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { limitPolicy, watchLimits } from '../../../shared/azure/limit-watch.ts';

const SUBSCRIPTION = '11111111-1111-1111-1111-111111111111';
const VM = `https://management.azure.com/subscriptions/${SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm`;
const NOW = 1_000_000;

type Answer = { readonly status?: number; readonly headers?: Record<string, string> } | Error;

/** Sends a request through the policy, to a service that answers as told. */
async function send(method: HttpMethods, url: string, answer: Answer = {}): Promise<void> {
  const request = createPipelineRequest({ url, method });
  await limitPolicy.sendRequest(request, async () => {
    if (answer instanceof Error) throw answer;
    const { status = 200, headers = {} } = answer;
    return { request, status, headers: createHttpHeaders(headers) };
  });
}

const watch = (work: () => Promise<void>) => watchLimits(SUBSCRIPTION.toUpperCase(), () => NOW, work);
const reads = (left: number) => ({ headers: { 'x-ms-ratelimit-remaining-subscription-reads': `${left}` } });
const tally = { remaining: null, at: NOW, retryAfterMs: null, unavailable: 0 };

describe('watchLimits', () => {
  it('counts the requests of each limit and keeps the least that is left', async () => {
    const { seen } = await watch(async () => {
      await send('GET', VM, reads(200));
      await send('GET', VM, reads(198));
      await send('GET', VM, reads(199));
      await send('POST', 'https://api.loganalytics.io/v1/workspaces/w/query');
    });

    expect(seen).toEqual([
      { ...tally, limit: 'reads', calls: 3, remaining: 198 },
      { ...tally, limit: 'queries', calls: 1 },
    ]);
  });

  it('reads the group of VM updates off the answer to a change, and a refusal of it is no refusal of ARM', async () => {
    const change = (left: number, status: number) => ({
      status,
      headers: {
        'x-ms-ratelimit-remaining-resource': `Microsoft.Compute/UpdateVMSubscriptionMaximum;${left},Microsoft.Compute/UpdateVMResource;11`,
        'x-ms-ratelimit-remaining-subscription-writes': '150',
        'retry-after': '7',
      },
    });
    const { seen } = await watch(async () => {
      await send('PUT', `${VM}/extensions/x`, change(42, 201));
      await send('PUT', `${VM}/extensions/x`, change(0, 429));
    });

    expect(seen).toEqual([
      { ...tally, limit: 'writes', calls: 1, remaining: 150 },
      { ...tally, limit: 'compute', calls: 1, remaining: 0, retryAfterMs: 7000 },
    ]);
  });

  it('the limit of a single VM closes no budget', async () => {
    const { seen } = await watch(() =>
      send('DELETE', `${VM}/extensions/x`, {
        status: 429,
        headers: {
          'x-ms-ratelimit-remaining-resource': 'Microsoft.Compute/UpdateVMResource;0',
          'retry-after': '15',
        },
      }),
    );

    expect(seen.map(({ limit, retryAfterMs }) => [limit, retryAfterMs])).toEqual([
      ['deletes', null],
      ['compute', null],
    ]);
  });

  it('ARM refuses by its own name, for the longest time it said', async () => {
    const { seen } = await watch(async () => {
      await send('GET', VM, { status: 429, headers: { 'retry-after': '3' } });
      await send('GET', VM, { status: 429, headers: { 'retry-after': '9' } });
      await send('GET', VM, { status: 429 });
    });

    expect(seen).toEqual([{ ...tally, limit: 'reads', calls: 0, retryAfterMs: 9000 }]);
  });

  it('a service in trouble, or a connection that breaks, is told apart from a limit', async () => {
    const { seen } = await watch(async () => {
      await send('GET', VM, { status: 503 });
      await expect(send('GET', VM, new Error('socket hang up'))).rejects.toThrow('socket hang up');
      await send('GET', VM);
    });

    expect(seen).toEqual([{ ...tally, limit: 'reads', calls: 3, unavailable: 2 }]);
  });

  it('other subscriptions and tenant-wide calls are of no concern, nor what is sent outside', async () => {
    const other = VM.replace(SUBSCRIPTION, '22222222-2222-2222-2222-222222222222');
    await send('GET', VM, reads(1));
    const { value, seen } = await watchLimits(
      SUBSCRIPTION,
      () => NOW,
      async () => {
        await send('GET', other, reads(1));
        await send('POST', 'https://management.azure.com/providers/Microsoft.ResourceGraph/resources');
        return 'done';
      },
    );

    expect([value, seen]).toEqual(['done', []]);
  });

  it('looks that run side by side are told apart', async () => {
    const [one, two] = await Promise.all([
      watch(async () => {
        await send('GET', VM, reads(10));
        await new Promise((resolve) => setTimeout(resolve, 1));
        await send('GET', VM, reads(9));
      }),
      watch(() => send('GET', VM, reads(5))),
    ]);

    expect([one.seen[0]?.calls, one.seen[0]?.remaining]).toEqual([2, 9]);
    expect([two.seen[0]?.calls, two.seen[0]?.remaining]).toEqual([1, 5]);
  });
});
