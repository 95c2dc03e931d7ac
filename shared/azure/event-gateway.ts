import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
} from '@azure/core-rest-pipeline';
import type { EventGateway } from '../events/gateway.ts';
import { fail, ok } from '../model/trouble.ts';
import type { AzureContext } from './context.ts';
import { createOutgoing } from './outgoing.ts';
import { addressFault } from './outgoing-address.ts';
import { attempt } from './trouble.ts';

const SETTING = 'AMA_EVENT_HOSTS';
/** The one version of publishing to topics ("Publish events to Azure Event Grid custom topics", Endpoint). */
const API_VERSION = '2018-01-01';
const TIMEOUT_MS = 10_000;

interface Places {
  readonly hosts: readonly string[];
  readonly topic: string | undefined;
}

/** Sends events: to webhooks as `outgoing.ts` allows, and to the topic of the settings with a token of the app. */
export function createEventGateway(context: AzureContext, { hosts, topic }: Places): EventGateway {
  const allowed = new Set(hosts);
  // What a receiver says beside its status is of no interest.
  const send = createOutgoing(context.httpClient, { hosts, setting: SETTING, timeoutMs: TIMEOUT_MS });
  const client = context.httpClient ?? createDefaultHttpClient();
  const pipeline = createEmptyPipeline();
  // "Authenticate publishing clients by using Microsoft Entra ID": the token is for the service of the cloud.
  const suffix = topic === undefined ? 'net' : (new URL(topic).hostname.split('.').at(-1) ?? 'net');
  pipeline.addPolicy(
    bearerTokenAuthenticationPolicy({
      credential: context.credential,
      scopes: `https://eventgrid.azure.${suffix}/.default`,
    }),
  );
  return {
    addressFault: (address) => addressFault(address, allowed, SETTING),

    async post(url, headers, body) {
      const answer = await send({ method: 'POST', url, headers, body });
      if (!answer.ok) return answer;
      const { status, headers: told } = answer.value;
      return ok({ status, retryAfter: told['retry-after'] });
    },

    async publish(contentType, body) {
      if (topic === undefined) return fail('requestRefused', 'AMA_EVENT_GRID_TOPIC is not set any more');
      const answer = await attempt(() =>
        pipeline.sendRequest(
          client,
          createPipelineRequest({
            ...{ method: 'POST', url: `${topic}?api-version=${API_VERSION}`, body, timeout: TIMEOUT_MS },
            headers: createHttpHeaders({ 'content-type': contentType }),
          }),
        ),
      );
      if (!answer.ok) return answer;
      const { status, headers } = answer.value;
      return ok({ status, retryAfter: headers.get('retry-after') });
    },
  };
}
