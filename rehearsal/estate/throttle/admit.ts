import { region } from '../state/ids.ts';
import type { Machine } from '../state/types.ts';
import type { OperationKind, Reply } from '../wire.ts';
import { armPolicy, computePolicies, GRAPH, LOGS } from './policies.ts';
import type { Demand, Throttle } from './throttle.ts';

export type Passage =
  | { readonly ok: true; readonly headers: Record<string, string> }
  | { readonly ok: false; readonly reply: Reply };

/** Admits an ARM request against ARM's and Compute's buckets and renders what is left. Facts file 3.11. */
export function admitArm(
  throttle: Throttle,
  request: {
    method: string;
    kind: OperationKind;
    subscription: string | undefined;
    principal: string;
    machine: Machine | undefined;
    compute: boolean;
  },
  now: number,
): Passage {
  if (request.kind === 'graph.query') return admitGraph(throttle, request.principal, now);
  const { machine } = request;
  const subscription = (request.subscription ?? 'tenant').toLowerCase();
  const arm = armPolicy(request.method);
  const demands: Demand[] = [{ policy: arm, scope: `${subscription}|${request.principal}` }];
  const policies = computePolicies(request.kind, request.compute);
  for (const policy of policies) {
    if (policy.per === 'cell')
      demands.push({
        policy,
        scope: `${subscription}/${machine === undefined ? '' : region(machine.location)}`,
      });
    else if (machine !== undefined) demands.push({ policy, scope: machine.key });
  }
  const admitted = throttle.admit(demands, now);
  if (!admitted.ok) {
    const seconds = Math.max(1, Math.ceil(admitted.retryAfterMs / 1000));
    return {
      ok: false,
      reply:
        admitted.policy === arm
          ? armRefusal(arm.name, subscription, seconds)
          : computeRefusal(admitted.policy.name, seconds),
    };
  }
  const name = arm.name.slice('ARM '.length);
  const headers: Record<string, string> = {
    [`x-ms-ratelimit-remaining-${request.subscription === undefined ? 'tenant' : 'subscription'}-${name}`]:
      String(admitted.remaining[0]),
  };
  if (demands.length > 1) {
    headers['x-ms-ratelimit-remaining-resource'] = demands
      .slice(1)
      .map((demand, i) => `Microsoft.Compute/${demand.policy.name};${admitted.remaining[i + 1]}`)
      .join(',');
  }
  return { ok: true, headers };
}

function armRefusal(name: string, subscription: string, seconds: number): Reply {
  const message = `Number of '${name.slice(4)}' requests for subscription '${subscription}' exceeded the limit. Please try again after '${seconds}' seconds.`;
  return {
    status: 429,
    headers: { 'retry-after': String(seconds) },
    body: { error: { code: 'SubscriptionRequestsThrottled', message } },
  };
}

function computeRefusal(name: string, seconds: number): Reply {
  const detail = { code: 'TooManyRequests', target: name, message: JSON.stringify({ operationGroup: name }) };
  const message =
    'The server rejected the request because too many requests have been received for this subscription.';
  return {
    status: 429,
    headers: {
      'retry-after': String(seconds),
      'x-ms-ratelimit-remaining-resource': `Microsoft.Compute/${name};0`,
    },
    body: { error: { code: 'OperationNotAllowed', message, details: [detail] } },
  };
}

function admitGraph(throttle: Throttle, principal: string, now: number): Passage {
  const admitted = throttle.admit([{ policy: GRAPH, scope: principal }], now);
  if (admitted.ok)
    return {
      ok: true,
      headers: {
        'x-ms-user-quota-remaining': String(admitted.remaining[0]),
        'x-ms-user-quota-resets-after': '00:00:05',
      },
    };
  const seconds = Math.max(1, Math.ceil(admitted.retryAfterMs / 1000));
  return {
    ok: false,
    reply: {
      status: 429,
      headers: {
        'retry-after': String(seconds),
        'x-ms-user-quota-remaining': '0',
        'x-ms-user-quota-resets-after': `00:00:0${Math.min(seconds, 9)}`,
      },
      body: {
        error: {
          code: 'RateLimiting',
          message: 'Please provide below info when asking for support.',
          details: [
            {
              code: 'RateLimiting',
              message:
                'Client application has been throttled and should not attempt to repeat the request until an amount of time has elapsed.',
            },
          ],
        },
      },
    },
  };
}

/** Log Analytics: 200 queries in 30 seconds per user. Platform facts 6. */
export function admitLogs(throttle: Throttle, principal: string, now: number): Passage {
  const admitted = throttle.admit([{ policy: LOGS, scope: principal }], now);
  if (admitted.ok) return { ok: true, headers: {} };
  const seconds = Math.max(1, Math.ceil(admitted.retryAfterMs / 1000));
  return {
    ok: false,
    reply: {
      status: 429,
      headers: { 'retry-after': String(seconds) },
      body: {
        error: { code: 'ThrottledError', message: 'Too many queries were sent in the last 30 seconds.' },
      },
    },
  };
}
