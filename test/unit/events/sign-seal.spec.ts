import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { seal, sealVersion, unseal } from '../../../shared/events/seal.ts';
import { signingKeys, webhookHeaders } from '../../../shared/model/webhook-signature.ts';

const secretOf = (bytes: Uint8Array) => `whsec_${Buffer.from(bytes).toString('base64')}`;
const keyBytes = fc.uint8Array({ minLength: 24, maxLength: 64 });

describe('a signature', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is what the library of Standard Webhooks verifies, with each key while keys are rotated', () => {
    const at = Date.parse('2026-11-21T08:00:00Z');
    vi.useFakeTimers({ toFake: ['Date'], now: at });
    fc.assert(
      fc.property(fc.uuid(), fc.json(), keyBytes, keyBytes, (id, body, one, other) => {
        const keys = signingKeys(`${secretOf(one)} ${secretOf(other)}`);
        const headers = webhookHeaders({ id, body, nowMs: at }, keys ?? []);
        for (const key of [one, other])
          new Webhook(secretOf(key)).verify(body, headers, { jsonParse: false });
        expect(() => new Webhook(secretOf(one)).verify(`${body}!`, headers)).toThrow();
        expect(() =>
          new Webhook(secretOf(one)).verify(body, { ...headers, 'webhook-id': `${id}x` }),
        ).toThrow();
        const stranger = Buffer.alloc(32, 7);
        expect(() => new Webhook(secretOf(stranger)).verify(body, headers)).toThrow();
      }),
    );
  });

  it('is too old after five minutes', () => {
    const at = Date.parse('2026-11-21T08:00:00Z');
    const secret = secretOf(Buffer.alloc(32, 1));
    const headers = webhookHeaders({ id: 'a', body: '{}', nowMs: at }, signingKeys(secret) ?? []);
    vi.useFakeTimers({ toFake: ['Date'], now: at + 301_000 });
    expect(() => new Webhook(secret).verify('{}', headers)).toThrow(/too old/);
  });

  it.each([
    ['nothing', ''],
    ['no base64', 'whsec_!!!'],
    ['a key that is too short', secretOf(Buffer.alloc(23))],
    ['a key that is too long', secretOf(Buffer.alloc(65))],
    ['one good key and one that is none', `${secretOf(Buffer.alloc(32))} whsec_x`],
  ])('is made with no key from %s', (_, secret) => {
    expect(signingKeys(secret)).toBeUndefined();
  });

  it('is absent without a key, and the id is there all the same', () => {
    expect(Object.keys(webhookHeaders({ id: 'a', body: '', nowMs: 0 }, []))).toEqual([
      'webhook-id',
      'webhook-timestamp',
    ]);
  });
});

describe('a seal', () => {
  const key = { version: '0a', value: 'k'.repeat(32) };

  it('gives back what it was put on, to the same key and purpose alone', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.string({ minLength: 32 }),
        fc.uuid(),
        (text, value, about) => {
          const mine = { version: '1', value };
          const sealed = seal(text, mine, about);
          expect(unseal(sealed, mine, about)).toBe(text);
          expect(unseal(sealed, mine, `${about}x`)).toBeUndefined();
          expect(unseal(sealed, { ...mine, value: `${value}x` }, about)).toBeUndefined();
          expect(sealVersion(sealed)).toBe('1');
          if (text.length > 8) expect(sealed).not.toContain(text);
        },
      ),
    );
  });

  it('is another one each time, and notices every change', () => {
    const sealed = seal('https://a.example/?sig=1', key, 'sub');
    expect(seal('https://a.example/?sig=1', key, 'sub')).not.toBe(sealed);
    const parts = sealed.split('.');
    for (const i of [0, 2, 3, 4]) {
      const changed = parts.map((part, at) =>
        at === i ? `${part[0] === 'A' ? 'B' : 'A'}${part.slice(1)}` : part,
      );
      expect(unseal(changed.join('.'), key, 'sub'), String(i)).toBeUndefined();
    }
    // A tag that was cut short would be easier to guess.
    expect(unseal(sealed.slice(0, -8), key, 'sub')).toBeUndefined();
    for (const nothing of ['', 'v1', 'v1.a.b', 'v1.a.b.c.d'])
      expect(unseal(nothing, key, 'sub')).toBeUndefined();
  });
});
