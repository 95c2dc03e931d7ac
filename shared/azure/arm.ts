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
import { limitPolicy } from './limit-watch.ts';
import { ANSWER_MS, timeLimitPolicy } from './time-limit.ts';

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
  const { endpoint, scope } = context.cloud.arm;
  const pipeline = createPipelineFromOptions(clientOptions(context));
  // The bare pipeline leaves out the additional policies that clients take.
  pipeline.addPolicy(limitPolicy);
  pipeline.addPolicy(timeLimitPolicy(ANSWER_MS));
  pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential: context.credential, scopes: scope }));
  const transport = context.httpClient ?? createDefaultHttpClient();

  /** Sends one request; an error status throws a RestError with the parsed body as `details`. */
  return async function send(request: ArmRequest): Promise<{ response: PipelineResponse; body: unknown }> {
    const url = request.url.startsWith('/') ? `${endpoint}${request.url}` : request.url;
    if (!url.startsWith(`${endpoint}/`))
      throw new RestError('an address that is not ARM is not followed with a token', {
        code: 'ForeignAddress',
        statusCode: 400,
      });
    // A part of this kind is taken out of a path before it is sent, so that another resource would be meant.
    if (/\\|(^|\/)(\.|%2e){1,2}(\/|$)/i.test(url.split('?')[0] ?? ''))
      throw new RestError('an address with dots for a name is not followed', {
        code: 'ForeignAddress',
        statusCode: 400,
      });
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

/** The items of a list, page after page. */
export async function* listArm<T>(arm: Arm, path: string): AsyncGenerator<T> {
  let url: string | undefined = path;
  while (url !== undefined) {
    const { body } = await arm({ method: 'GET', url });
    const page = (body ?? {}) as { value?: T[]; nextLink?: string };
    yield* page.value ?? [];
    url = page.nextLink || undefined;
  }
}

function parse(text: string | null | undefined): unknown {
  if (text === undefined || text === null || text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new RestError('the answer is not complete JSON', { code: 'PARSE_ERROR' });
  }
}
