import type { HttpResponseInit, InvocationContext } from '@azure/functions';
import { z } from 'zod';
import { describe } from '../../shared/connectors/collection.ts';
import { disableNow } from '../../shared/connectors/disable-now.ts';
import { type RestoreStep, restore } from '../../shared/connectors/restore.ts';
import { appendEvent } from '../../shared/events/append.ts';
import { connectorEvent } from '../../shared/events/other-events.ts';
import { tell } from '../announce.ts';
import { azureProblem } from './azure-problem.ts';
import { type CalledApp, callerOf, requireRole } from './caller.ts';
import { by, findWorkspace, impactLink, reason } from './connector-parts.ts';
import { endpoint, readBody } from './endpoint.ts';
import { Problem } from './problem.ts';

export const DisableConnectorRequest = z.strictObject({
  /** Only says what would be done; to do it, say false. */
  whatIf: z.boolean().default(true),
  by,
  reason,
  /** Switches off although machines depend on it; why is kept with their list. */
  override: z.strictObject({ reason }).optional(),
});

export const RestoreConnectorRequest = z.strictObject({
  /** Only says what would be done; to do it, say false. */
  whatIf: z.boolean().default(true),
  by,
  reason,
  /** Writes over what somebody set since the switch. */
  force: z.boolean().default(false),
});

/** What a restore cannot promise (DESIGN, "The world of today"). */
const INGESTION_WARNING = {
  code: 'legacyIngestionMayBeOff',
  text: 'Microsoft may have switched off ingestion for the legacy agent (press reports name 2026-03-02): the setting is put back, but events through the legacy agent may not come back with it.',
};

/**
 * `POST /connectors/{workspace}/disable`: what switching legacy collection off would do, or the switch. Needs no
 * Idempotency-Key: what is off already is left as it is, so a repeated call goes on where the one before stopped.
 */
export const disableConnectorNow = endpoint(async ({ request, context, app }): Promise<HttpResponseInit> => {
  const body = await readBody(request, DisableConnectorRequest);
  if (!body.whatIf && body.override !== undefined)
    requireRole(request, 'approver', 'Switching off what machines depend on');
  const who = body.whatIf ? '' : callerOf(request, body.by);
  const { inventory, workspace } = await findWorkspace(app, request.params['workspace'] ?? '', 'latest');
  const about = { workspace: workspace.customerId, workspaceId: workspace.resourceId };
  const impact = impactLink(workspace.customerId);
  const answer = await disableNow(app, {
    workspace,
    inventoryId: inventory.id,
    by: who,
    reason: body.reason,
    override: body.override?.reason,
    whatIf: body.whatIf,
  });
  if (!answer.ok) throw azureProblem(answer.trouble, 'Legacy collection could not be switched off');
  const { value } = answer;
  if (value.status === 'disabled')
    await tellSwitch('connector.switchedOff', { app, context, ...about, by: who, reason: body.reason });
  switch (value.status) {
    case 'inUse':
      throw new Problem(
        'workspaceInUse',
        `${value.dependents} machines still depend on legacy collection of this workspace: ${impact} lists them. Migrate them, or give an override with its reason.`,
        [{ path: 'override', message: `is needed: ${value.dependents} machines depend on the workspace` }],
        { link: `<${impact}>; rel="related"` },
      );
    case 'changed':
      throw changedMeanwhile(value.detail);
    case 'stillOn':
      throw new Problem('azureRefused', `Azure took the change and still shows ${value.detail}; look again.`);
    default:
      return { jsonBody: { ...about, ...value, links: { impact } } };
  }
});

/** `POST /connectors/{workspace}/restore`: puts back what was stored before the switch. It can be repeated. */
export const restoreConnector = endpoint(async ({ request, context, app }): Promise<HttpResponseInit> => {
  const body = await readBody(request, RestoreConnectorRequest);
  const who = body.whatIf ? '' : callerOf(request, body.by);
  const { workspace } = await findWorkspace(app, request.params['workspace'] ?? '', 'latest');
  const { reason: why, force, whatIf } = body;
  const answer = await restore(app, { workspace, by: who, reason: why, force, whatIf });
  if (!answer.ok) throw azureProblem(answer.trouble, 'Legacy collection could not be restored');
  const { value } = answer;
  const about = { workspace: workspace.customerId, workspaceId: workspace.resourceId };
  if (value.status === 'restored')
    await tellSwitch('connector.restored', { app, context, ...about, by: who, reason: why });
  switch (value.status) {
    case 'nothingStored':
      throw new Problem(
        'nothingToRestore',
        'This app switched nothing off on the workspace that was not restored already.',
      );
    case 'refused':
      throw new Problem('connectorChanged', changedSince(value.steps), [
        { path: 'force', message: 'must be true to write over what somebody set' },
      ]);
    case 'changed':
      throw changedMeanwhile(value.detail);
    case 'notRestored':
      throw new Problem('azureRefused', `Azure took the change and shows ${value.detail}; look again.`);
    default:
      return { jsonBody: { ...about, ...value, warnings: [INGESTION_WARNING] } };
  }
});

interface Switched {
  readonly app: CalledApp;
  readonly context: InvocationContext;
  readonly workspaceId: string;
  /** As the API addresses it. */
  readonly workspace: string;
  readonly by: string;
  readonly reason: string;
}

async function tellSwitch(
  type: 'connector.switchedOff' | 'connector.restored',
  { app, context, ...about }: Switched,
): Promise<void> {
  const { stream, event } = connectorEvent(type, about);
  await tell(app, context, () => appendEvent(app, stream, event));
}

function changedSince(steps: readonly RestoreStep[]): string {
  const conflicts = steps.filter(({ action }) => action === 'conflict');
  const now = describe(conflicts.map(({ kind, current }) => ({ kind, tier: current ?? 'none' })));
  return `Somebody changed legacy collection since it was switched off: ${now}. Nothing was written.`;
}

function changedMeanwhile(detail: string): Problem {
  return new Problem(
    'changedMeanwhile',
    `Somebody else changed legacy collection at the same time (${detail}); look at it and repeat the call.`,
  );
}
