import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import type { AzureContext } from '../../../shared/azure/context.ts';
import { CLOUDS } from '../../../shared/model/clouds.ts';

export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
  readonly authorization: string | undefined;
}

export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** A transport that answers each request by a function and keeps what was sent. */
export function fakeHttp(answer: (sent: Sent, index: number) => Answer): {
  context: AzureContext;
  sent: Sent[];
} {
  const sent: Sent[] = [];
  const httpClient: HttpClient = {
    async sendRequest(request: PipelineRequest): Promise<PipelineResponse> {
      const { method, url, headers, body } = request;
      const one = {
        method,
        url,
        // A transaction of tables is no JSON.
        body: typeof body === 'string' && /^[{[]/.test(body) ? (JSON.parse(body) as unknown) : undefined,
        authorization: headers.get('authorization'),
      };
      sent.push(one);
      const given = answer(one, sent.length - 1);
      return {
        request,
        status: given.status ?? 200,
        headers: createHttpHeaders({ 'content-type': 'application/json', ...given.headers }),
        bodyAsText: typeof given.body === 'string' ? given.body : JSON.stringify(given.body ?? {}),
      };
    },
  };
  const credential = {
    getToken: async () => ({ token: 'token', expiresOnTimestamp: Date.now() + 3_600_000 }),
  };
  return { context: { credential, cloud: CLOUDS.public, httpClient }, sent };
}
