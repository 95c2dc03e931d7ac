import { describe, expect, it } from 'vitest';
import { createHttpChecks } from '../../../shared/azure/http-checks.ts';
import { type Answer, fakeHttp } from './fake-http.ts';

const URL_ = 'https://status.contoso.com/health';
function ask(url: string, answer: Answer | Error = { body: { ok: true } }) {
  const { context, sent } = fakeHttp(() => {
    if (answer instanceof Error) throw answer;
    return answer;
  });
  const checks = createHttpChecks(context, ['status.contoso.com']);
  return checks.get(url).then((result) => ({ result, sent }));
}

describe('an address of a plan', () => {
  it('is asked without a token, and answers its status and body', async () => {
    const { result, sent } = await ask(URL_);

    expect(result).toEqual({ ok: true, value: { status: 200, body: { ok: true } } });
    expect(sent).toMatchObject([{ method: 'GET', url: URL_, authorization: undefined }]);
  });

  it.each([
    ['another host', 'https://metadata.contoso.com/'],
    ['a host that begins the same', 'https://status.contoso.com.evil.example/'],
    ['an address of the machine', 'https://169.254.169.254/metadata'],
    ['another protocol', 'http://status.contoso.com/health'],
  ])('is not asked at %s', async (_, url) => {
    const { result, sent } = await ask(url);

    expect(result).toMatchObject({ ok: false, trouble: { code: 'requestRefused' } });
    expect(sent).toEqual([]);
  });

  it('is not followed elsewhere', async () => {
    const { result, sent } = await ask(URL_, { status: 302, headers: { location: 'https://10.0.0.1/' } });

    expect(result).toMatchObject({ value: { status: 302 } });
    expect(sent).toHaveLength(1);
  });

  it.each<[string, Answer]>([
    ['no JSON', { body: '<html>' }],
    ['too much of it', { body: `"${'x'.repeat(70_000)}"` }],
  ])('that answers %s has a status alone', async (_, answer) => {
    expect((await ask(URL_, answer)).result).toEqual({ ok: true, value: { status: 200, body: undefined } });
  });

  it('that does not answer is trouble', async () => {
    expect((await ask(URL_, new Error('reset'))).result).toMatchObject({
      trouble: { code: 'serviceUnavailable', message: 'reset' },
    });
  });
});
