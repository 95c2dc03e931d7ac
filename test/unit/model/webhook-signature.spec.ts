import { describe, expect, it } from 'vitest';
import { signatureFault, signingKeys, webhookHeaders } from '../../../shared/model/webhook-signature.ts';

/** The example of the specification's reference libraries. */
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const MESSAGE = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: '1614265330', body: '{"test": 2432232314}' };
const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
const NOW = 1_614_265_330_000;
const signed = (change: object = {}) => ({ ...MESSAGE, signature: SIGNATURE, ...change });

describe('signatures of webhooks', () => {
  it('are those of the published example', () => {
    const { id, body } = MESSAGE;
    const headers = webhookHeaders({ id, body, nowMs: NOW }, signingKeys(SECRET) ?? []);
    expect(headers['webhook-signature']).toBe(SIGNATURE);
    expect(signatureFault(SECRET, signed(), NOW)).toBeUndefined();
  });

  it('may be one of several, as while a secret is changed', () => {
    const others = 'v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,abc';
    expect(signatureFault(SECRET, signed({ signature: `${others} ${SIGNATURE}` }), NOW)).toBeUndefined();
    expect(signatureFault(SECRET, signed({ signature: others }), NOW)).toBe('wrong');
  });

  it.each([
    ['body', { body: '{"test": 2432232315}' }, 'wrong'],
    ['id', { id: 'msg_other' }, 'wrong'],
    ['timestamp', { timestamp: '1614265331' }, 'wrong'],
    ['version', { signature: SIGNATURE.replace('v1', 'v2') }, 'wrong'],
    ['length', { signature: SIGNATURE.slice(0, -8) }, 'wrong'],
    ['no signature', { signature: '' }, 'missing'],
    ['no id', { id: '' }, 'missing'],
    ['an id with a dot', { id: 'a.b' }, 'malformed'],
    ['a time that is none', { timestamp: '16142653x' }, 'malformed'],
    ['a long id', { id: 'a'.repeat(201) }, 'malformed'],
  ])('are refused where they do not fit: %s', (_, change, fault) => {
    expect(signatureFault(SECRET, signed(change), NOW)).toBe(fault);
  });

  it('are refused five minutes off, before and after', () => {
    expect(signatureFault(SECRET, signed(), NOW + 300_000)).toBeUndefined();
    expect(signatureFault(SECRET, signed(), NOW + 301_000)).toBe('tooOld');
    expect(signatureFault(SECRET, signed(), NOW - 300_000)).toBeUndefined();
    expect(signatureFault(SECRET, signed(), NOW - 301_000)).toBe('tooNew');
  });

  it.each(['', 'whsec_', 'no base64!', Buffer.alloc(23).toString('base64')])(
    'need a secret: %j',
    (secret) => {
      expect(signatureFault(secret, signed(), NOW)).toBe('badSecret');
      expect(signingKeys(secret)).toBeUndefined();
    },
  );
});
