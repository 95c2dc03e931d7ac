import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpMethods,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline';
import { type AzureContext, clientOptions } from './context.ts';

export const ARM_ENDPOINT = 'https://management.azure.com';
export const ARM_SCOPE = `${ARM_ENDPOINT}/.default`;

export interface ArmRequest {
  readonly method: HttpMethods;
  /** A path with its api-version, or the full address Azure gave for an operation. */
  readonly url: string;
  readonly body?: unknown;
}

/**
 * One thin pipeline for what the SDKs do not cover: Arc extension writes with fields their only client
 * lacks (platform facts 1), locks, and operation addresses of every generation.
 */
export function createArm(context: AzureContext) {
  const pipeline = createPipelineFromOptions(clientOptions(context));
  pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential: context.credential, scopes: ARM_SCOPE }));
  const transport = context.httpClient ?? createDefaultHttpClient();

  /** Sends one request; an error status throws a RestError with the parsed body as `details`. */
  return async function send(request: ArmRequest): Promise<{ response: PipelineResponse; body: unknown }> {
    const url = request.url.startsWith('/') ? `${ARM_ENDPOINT}${request.url}` : request.url;
    if (!url.startsWith(`${ARM_ENDPOINT}/`))
      throw new Error('refusing to send a token to an address that is not ARM');
    const response = await pipeline.sendRequest(
      transport,
      createPipelineRequest({
        url,
        method: request.method,
        headers: createHttpHeaders({ accept: 'application/json', 'content-type': 'application/json' }),
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      }),
    );
    const body = parse(response.bodyAsText);
    if (response.status < 400) return { response, body };
    const error = new RestError(`ARM answered ${response.status}`, {
      statusCode: response.status,
      response,
      request: response.request,
    });
    error.details = body;
    throw error;
  };
}

export type Arm = ReturnType<typeof createArm>;

function parse(text: string | null | undefined): unknown {
  if (text === undefined || text === null || text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new RestError('the answer is not complete JSON', { code: 'PARSE_ERROR' });
  }
}
