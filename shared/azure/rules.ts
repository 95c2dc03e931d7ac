import { ok, type Result } from '../model/trouble.ts';
import { RULE_API_VERSION, RULE_TYPE } from '../rules/convert/arm.ts';
import type { FoundResource, RuleGateway } from '../rules/deploy/gateway.ts';
import { createArm, listArm } from './arm.ts';
import type { AzureContext } from './context.ts';
import { readTable, startTable } from './tables.ts';
import { attempt } from './trouble.ts';

/**
 * Rules, endpoints and tables over the thin pipeline. `@azure/arm-monitor` has the same api-version, but its
 * model drops what it does not know, which would hide changes by hand, and throws on sources without streams.
 */
export function createRuleGateway(context: AzureContext): RuleGateway {
  const arm = createArm(context);
  const read = async (id: string) => (await arm({ method: 'GET', url: versioned(id) })).body;
  const put = async (id: string, body: unknown) => {
    await arm({ method: 'PUT', url: versioned(id), body });
  };
  return {
    rules: (scopeId) =>
      attempt(async () => {
        const found: FoundResource[] = [];
        const path = versioned(`${scopeId}/providers/${RULE_TYPE}`);
        for await (const item of listArm<ResourceView>(arm, path)) found.push(resource(item));
        return found;
      }),
    readRule: (id) => orAbsent(async () => resource(await read(id), id)),
    putRule: (id, body) => attempt(() => withInnerReason(() => put(id, body))),
    readEndpoint: (id) => orAbsent(async () => resource(await read(id), id)),
    putEndpoint: (id, body) => attempt(() => withInnerReason(() => put(id, body))),
    readTable: (workspace, name) => orAbsent(() => readTable(arm, workspace, name)),
    putTable: (workspace, name, columns, plan) =>
      attempt(() => withInnerReason(() => startTable(arm, workspace, name, columns, plan))),
  };
}

type ResourceView = Partial<FoundResource>;

function resource(body: unknown, id = ''): FoundResource {
  const view = (body ?? {}) as ResourceView;
  const known = view.id ?? id;
  return {
    id: known,
    name: view.name ?? known.split('/').at(-1) ?? '',
    location: view.location ?? '',
    kind: view.kind ?? null,
    tags: view.tags ?? null,
    properties: view.properties ?? {},
  };
}

async function orAbsent<T>(call: () => Promise<T>): Promise<Result<T | undefined>> {
  const answer = await attempt(call);
  return !answer.ok && answer.trouble.code === 'notFound' ? ok(undefined) : answer;
}

interface Refusal {
  readonly code?: string;
  readonly message?: string;
  readonly details?: readonly { readonly code?: string; readonly message?: string }[];
}

/** "Data collection rule is invalid" says nothing; why is one level below. */
async function withInnerReason<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const holder = error as { details?: { error?: Refusal } };
    const refusal = holder.details?.error;
    const [inner] = refusal?.details ?? [];
    if (refusal !== undefined && inner !== undefined)
      holder.details = {
        error: { ...refusal, message: `${refusal.message} ${inner.code}: ${inner.message}` },
      };
    throw error;
  }
}

function versioned(id: string): string {
  return `${id}?api-version=${RULE_API_VERSION}`;
}
