import type { TokenCredential } from '@azure/core-auth';
import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline';
import type { Estate } from './estate.ts';

/** An `HttpClient` for the real SDKs that answers from the estate without a socket (DESIGN D1). */
export function createInProcessHttpClient(estate: Estate): HttpClient {
  return {
    async sendRequest(request) {
      const { response, delayMs } = estate.handleNow({
        method: request.method,
        url: request.url,
        headers: request.headers.toJSON(),
        body: bodyText(request),
      });
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      if (response.reset) throw new RestError('socket hang up', { code: 'ECONNRESET', request });
      const answer: PipelineResponse = {
        request,
        status: response.status,
        headers: createHttpHeaders(response.headers),
        bodyAsText: response.body,
      };
      return answer;
    },
  };
}

function bodyText(request: PipelineRequest): string | undefined {
  const { body } = request;
  if (body === undefined || body === null || typeof body === 'string') return body ?? undefined;
  if (body instanceof Uint8Array || body instanceof ArrayBuffer) return new TextDecoder().decode(body);
  throw new Error('the in-process estate takes text bodies only');
}

/** A credential that asks the estate directly: for tests that use several estates in one process. */
export function createEstateCredential(estate: Estate, principal = 'system'): TokenCredential {
  return {
    async getToken(scopes) {
      const scope = Array.isArray(scopes) ? scopes[0] : scopes;
      return { token: estate.issueToken(principal, scope), expiresOnTimestamp: Date.now() + 23 * 3_600_000 };
    },
  };
}
