import { describe, expect, it } from 'vitest';
import { createArm } from '../../../shared/azure/arm.ts';
import { fakeHttp } from './fake-http.ts';

const SCOPE = '/subscriptions/s/resourceGroups/rg.a-b_(c)';

function send(url: string) {
  const { context, sent } = fakeHttp(() => ({ body: {} }));
  return createArm(context)({ method: 'GET', url }).then(
    () => ({ refused: undefined, sent }),
    (error: { code?: string }) => ({ refused: error.code, sent }),
  );
}

describe('a request to ARM', () => {
  it.each([`${SCOPE}/providers/x?api-version=1`, `https://management.azure.com${SCOPE}?a=../b`])(
    'goes where it says: %s',
    async (url) => {
      const { refused, sent } = await send(url);
      expect(refused).toBeUndefined();
      expect(sent[0]?.url).toContain(SCOPE);
    },
  );

  it.each([
    'https://management.azure.com.evil.example/subscriptions/s',
    'https://evil.example/subscriptions/s',
    'http://management.azure.com/subscriptions/s',
    'https://management.azure.com@evil.example/subscriptions/s',
    '/subscriptions/../providers/x',
    '/subscriptions/s/../../providers/x',
    '/subscriptions/s/%2e%2E/providers/x',
    '/subscriptions/s/.%2e/providers/x',
    '/subscriptions/./providers/x',
    '/subscriptions/s\\..\\x/providers/x',
    '/subscriptions/..',
  ])('carries no token to %s', async (url) => {
    expect(await send(url)).toEqual({ refused: 'ForeignAddress', sent: [] });
  });
});
