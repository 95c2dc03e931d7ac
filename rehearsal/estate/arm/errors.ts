import type { Reply } from '../wire.ts';

/** Azure's error shape. */
export function fail(
  status: number,
  code: string,
  message: string,
  extra: Record<string, unknown> = {},
  headers?: Record<string, string>,
): Reply {
  return {
    status,
    body: { error: { code, message, ...extra } },
    ...(headers === undefined ? {} : { headers }),
  };
}

export function notFound(id: string, type: string): Reply {
  const group = /\/resourcegroups\/([^/]+)/i.exec(id)?.[1] ?? '';
  const name = id.split('/').at(-1) ?? '';
  return fail(
    404,
    'ResourceNotFound',
    `The Resource '${type}/${name}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}

export function groupNotFound(group: string): Reply {
  return fail(404, 'ResourceGroupNotFound', `Resource group '${group}' could not be found.`);
}

export function subscriptionNotFound(subscription: string): Reply {
  return fail(404, 'SubscriptionNotFound', `The subscription '${subscription}' could not be found.`);
}

export function parentNotFound(parent: string): Reply {
  return fail(
    404,
    'ParentResourceNotFound',
    `Failed to perform 'write' on resource. The parent resource '${parent}' could not be found.`,
  );
}

export function methodNotAllowed(method: string, type: string): Reply {
  return fail(
    405,
    'MethodNotAllowed',
    `The requested resource type '${type}' does not support http method '${method}'.`,
  );
}

export function badRequest(code: string, message: string, target?: string): Reply {
  return fail(400, code, message, target === undefined ? {} : { target });
}

/** 409 of a resource lock. */
export function scopeLocked(action: 'write' | 'delete', id: string, scope: string): Reply {
  return fail(
    409,
    'ScopeLocked',
    `The scope '${id}' cannot perform ${action} operation because following scope(s) are locked: '${scope}'. Please remove the lock and try again.`,
  );
}
