import { disableNow } from '../../shared/connectors/disable-now.ts';
import { turnOffProvisioning } from '../../shared/connectors/provisioning.ts';
import type { DriftRemedy, DriftRun } from '../../shared/model/drift.ts';
import type { RemedyKind, WaveRemedy } from '../../shared/model/drift-codes.ts';
import type { Workspace } from '../../shared/model/machine.ts';
import { deployRuleSet } from '../../shared/rules/deploy/deploy.ts';
import type { CalledApp } from './caller.ts';
import type { RemedyEnd } from './drift-remedies.ts';

type EstateRemedy = DriftRemedy & { readonly kind: Exclude<RemedyKind, WaveRemedy> };

const done: RemedyEnd = { status: 'started', reason: null, waveId: null };
const refused = (reason: string): RemedyEnd => ({ status: 'refused', reason, waveId: null });

/** Puts right what is no machine, by the functions that the API calls; each looks first, so it may be repeated. */
export function estateRemedy(
  app: CalledApp,
  run: DriftRun,
  { kind, about }: EstateRemedy,
  who: string,
): Promise<RemedyEnd> {
  switch (kind) {
    case 'deployRules':
      return deployAgain(app, about, who);
    case 'disableConnector':
      return switchOff(app, run, about, who);
    case 'turnOffProvisioning':
      return turnOff(app, run, about, who);
  }
}

/** Over what was changed by hand, never over what is others'. */
async function deployAgain(app: CalledApp, ruleSetId: string, who: string): Promise<RemedyEnd> {
  const { ledger } = app;
  const stored = await ledger.ruleSets.get(ruleSetId);
  if (stored === undefined) return refused(`rule set ${ruleSetId} is not in the ledger`);
  const now = () => app.now();
  const at = new Date(app.now()).toISOString();
  await ledger.audit.append('rule-set', [
    {
      ...{ at, waveId: null, machineId: null, stage: null, event: 'intent', by: who },
      message: `deploys rule set ${ruleSetId} again, as its drift asks for`,
      data: { ruleSetId, force: true },
    },
  ]);
  const result = await deployRuleSet(
    {
      rules: app.rules,
      record: (intent) => ledger.ruleSets.record(ruleSetId, intent, app.now()),
      now,
    },
    stored.ruleSet,
    { force: true, by: who },
  );
  if (!result.ok) return refused(result.trouble.message);
  const { status, failed } = result.value;
  if (status !== 'deployed')
    return refused(failed?.trouble.message ?? `the deployment is ${status}; the next run goes on`);
  await ledger.ruleSets.recordDeployed(ruleSetId, stored.workspace.id, who, app.now());
  return done;
}

async function switchOff(
  app: CalledApp,
  { id, inventoryId }: DriftRun,
  workspaceId: string,
  who: string,
): Promise<RemedyEnd> {
  const workspaces = await app.ledger.inventories.readPart<Workspace>(inventoryId, 'workspaces');
  const workspace = workspaces.find((one) => one.id === workspaceId);
  if (workspace === undefined) return refused('the workspace is not in the inventory');
  const reason = `it was switched on again (${id})`;
  const request = { workspace, inventoryId, by: who, reason, override: undefined, whatIf: false };
  const answer = await disableNow(app, request);
  if (!answer.ok) return refused(answer.trouble.message);
  const { value } = answer;
  if (value.status === 'disabled' || value.status === 'alreadyDone') return done;
  if (value.status === 'inUse') return refused(`${value.dependents} machines depend on it`);
  return refused('detail' in value ? value.detail : value.status);
}

async function turnOff(
  app: CalledApp,
  { id }: DriftRun,
  subscription: string,
  who: string,
): Promise<RemedyEnd> {
  const subscriptionId = subscription.split('/').at(-1) ?? '';
  const reason = `it installs the legacy agent where machines were migrated (${id})`;
  const request = { subscriptionIds: [subscriptionId], by: who, reason, whatIf: false };
  const [result] = await turnOffProvisioning(app, request);
  if (result?.status === 'turnedOff' || result?.status === 'alreadyOff') return done;
  return refused(result?.trouble?.message ?? 'it is still on');
}
