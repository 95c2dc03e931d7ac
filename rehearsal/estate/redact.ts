import { isVault } from './clouds.ts';
import { parseJson } from './json.ts';
import type { Exchange, WireRequest, WireResponse } from './wire.ts';

const HIDDEN = '***';
const SECRET_FIELDS = new Set(['protectedsettings', 'access_token', 'password', 'workspacekey']);

/** An exchange without secrets, in the live validator's form. */
export function toExchange(request: WireRequest, response: WireResponse): Exchange {
  const vault = isVault(request.url);
  return {
    liveRequest: {
      method: request.method,
      url: request.url,
      headers: headersOf(request.headers),
      ...bodyOf(request.body, false),
    },
    liveResponse: {
      statusCode: String(response.status),
      headers: headersOf(response.headers),
      ...bodyOf(response.body, vault),
    },
  };
}

function headersOf(headers: Readonly<Record<string, string>>): Record<string, string> {
  const out: Record<string, string> = {};
  for (const name in headers) {
    const secret = name === 'authorization' || name === 'x-identity-header' || name === 'webhook-signature';
    out[name] = secret ? HIDDEN : (headers[name] as string);
  }
  return out;
}

function bodyOf(text: string | undefined, vault: boolean): { body?: unknown } {
  if (text === undefined || text === '') return {};
  const parsed = parseJson(text);
  return { body: parsed.ok ? redact(parsed.value, vault) : '(not JSON)' };
}

function redact(value: unknown, vault: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => redact(item, vault));
  if (value === null || typeof value !== 'object') return value;
  const out: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) {
    const key = name.toLowerCase();
    const secret = SECRET_FIELDS.has(key) || (vault && key === 'value');
    // The shape of protected settings stays: a validator wants an object there.
    out[name] = secret ? (key === 'protectedsettings' ? {} : HIDDEN) : redact(field, vault);
  }
  return out;
}
