import { describe, expect, it } from 'vitest';
import { createSkippingClock } from '../../../rehearsal/clock.ts';
import { createEstate, type Estate } from '../../../rehearsal/estate/index.ts';
import { START, smallEstate } from '../../support/small-estate.ts';

const URL_OF_ESTATE = 'http://127.0.0.1:7199';

function estate(options: { identityHeader?: string } = {}): Estate {
  return createEstate({ file: smallEstate(), clock: createSkippingClock({ start: START }), ...options });
}

const headerOf = (one: Estate) => one.settings(URL_OF_ESTATE)['IDENTITY_HEADER'] ?? '';

function ask(one: Estate, header: string | undefined): number {
  const url = 'http://identity/identity/token?api-version=2019-08-01&resource=https://management.azure.com';
  const headers: Record<string, string> = header === undefined ? {} : { 'x-identity-header': header };
  return one.handleNow({ method: 'GET', url, headers, body: undefined }).response.status;
}

describe('the managed identity header', () => {
  it('is random by default', () => {
    expect(headerOf(estate())).toMatch(/^[0-9a-f]{32}$/);
    expect(ask(estate(), headerOf(estate()))).toBe(200);
  });

  it('is the one asked for', () => {
    const fixed = estate({ identityHeader: 'rehearsal' });
    expect(fixed.settings(URL_OF_ESTATE)).toEqual({
      IDENTITY_ENDPOINT: `${URL_OF_ESTATE}/identity/token`,
      IDENTITY_HEADER: 'rehearsal',
      AMA_ESTATE_URL: URL_OF_ESTATE,
    });
    expect(ask(fixed, 'rehearsal')).toBe(200);
    expect(headerOf(estate())).not.toBe('rehearsal');
  });

  it('is refused when it is missing or of no estate', () => {
    const fixed = estate({ identityHeader: 'rehearsal' });
    expect([ask(fixed, undefined), ask(fixed, ''), ask(fixed, 'other')]).toEqual([401, 401, 401]);
  });

  it('of one estate is taken by every other, as libraries keep the first they saw', () => {
    const random = estate();
    const fixed = estate({ identityHeader: 'another' });
    expect([ask(fixed, headerOf(random)), ask(random, 'another')]).toEqual([200, 200]);
  });
});
