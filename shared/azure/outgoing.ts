import { lookup as resolve } from 'node:dns';
import { Agent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { addAbortSignal, type Readable } from 'node:stream';
import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { fail, ok, type Result } from '../model/trouble.ts';
import { addressFault, isPublicAddress } from './outgoing-address.ts';

export interface OutgoingRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface OutgoingAnswer {
  readonly status: number;
  /** Undefined when there is more than is read. */
  readonly text: string | undefined;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface OutgoingLimits {
  /** Hosts that may be asked, in lower case; `*.name` for all below a name. */
  readonly hosts: readonly string[];
  /** The setting that names them. */
  readonly setting: string;
  readonly timeoutMs?: number;
  readonly mostBytes?: number;
}

/**
 * Sends to addresses that people name, and to nothing behind the app's own walls: https, allowed hosts, addresses of
 * the internet, no redirects, no credentials of the app, answers of a bounded size in a bounded time.
 */
export function createOutgoing(httpClient: HttpClient | undefined, limits: OutgoingLimits) {
  const { setting, timeoutMs = 10_000, mostBytes = 65_536 } = limits;
  const hosts = new Set(limits.hosts.map((host) => host.toLowerCase()));
  const client = httpClient ?? createDefaultHttpClient();
  // One connection a request: a kept one would outlive the look at its address.
  const agent =
    httpClient === undefined ? new Agent({ keepAlive: false, lookup: publicLookup() }) : undefined;

  return async function send({
    method,
    url,
    headers,
    body,
  }: OutgoingRequest): Promise<Result<OutgoingAnswer>> {
    const fault = addressFault(url, hosts, setting);
    if (fault !== undefined) return fail('requestRefused', `the address ${fault}`);
    const abortSignal = AbortSignal.timeout(timeoutMs);
    const request = createPipelineRequest({
      ...{ url, method, headers: createHttpHeaders(headers), abortSignal },
      // Streamed, so that an answer without end is cut off.
      streamResponseStatusCodes: new Set([Number.POSITIVE_INFINITY]),
      ...(body === undefined ? {} : { body }),
    });
    // Not among the options that `createPipelineRequest` takes over.
    if (agent !== undefined) request.agent = agent;
    try {
      // The bare transport: no policy follows redirects or adds a token.
      const answer = await client.sendRequest(request);
      const text = await textOf(answer, mostBytes, abortSignal);
      return ok({ status: answer.status, text, headers: answer.headers.toJSON() });
    } catch (error) {
      const refused = (error as { code?: unknown }).code === NOT_PUBLIC;
      return fail(refused ? 'requestRefused' : 'serviceUnavailable', (error as Error).message.slice(0, 300));
    }
  };
}

export type Outgoing = ReturnType<typeof createOutgoing>;

const NOT_PUBLIC = 'ERR_NOT_PUBLIC';

/**
 * Resolves a name for a connection and refuses it when any of its addresses is not public. The connection is made to
 * what was looked at here, so that a name cannot change between the look and the connection.
 */
export function publicLookup(lookup: typeof resolve = resolve): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 4);
      const [first] = addresses;
      const inside = addresses.find(({ address }) => !isPublicAddress(address));
      if (first === undefined || inside !== undefined) {
        const what = `${hostname} is at ${inside?.address ?? 'no address'}, which is none of the internet`;
        return callback(Object.assign(new Error(what), { code: NOT_PUBLIC }), '', 4);
      }
      if (options.all) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

async function textOf(
  { readableStreamBody, bodyAsText }: PipelineResponse,
  mostBytes: number,
  abortSignal: AbortSignal,
): Promise<string | undefined> {
  if (readableStreamBody === undefined) {
    const text = bodyAsText ?? '';
    return Buffer.byteLength(text) > mostBytes ? undefined : text;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop early destroys the stream, and with it the connection.
  for await (const chunk of addAbortSignal(abortSignal, readableStreamBody as Readable)) {
    const bytes = Buffer.from(chunk as Buffer);
    size += bytes.byteLength;
    if (size > mostBytes) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
