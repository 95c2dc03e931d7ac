import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { createInstall } from '../shared/agents/install.ts';
import { createRemovalConfirm } from '../shared/agents/removal/confirm.ts';
import { withStartedVm } from '../shared/agents/removal/started-vm.ts';
import { createUninstall } from '../shared/agents/removal/uninstall.ts';
import { withInstancesProven } from '../shared/agents/scale-sets/after-proof.ts';
import type { InstanceDependencies } from '../shared/agents/scale-sets/dependencies.ts';
import { withInstances } from '../shared/agents/scale-sets/with-instances.ts';
import { createAgentPolicyGateway } from '../shared/azure/agent-policies.ts';
import { createArm } from '../shared/azure/arm.ts';
import { createAssociationGateway } from '../shared/azure/associations.ts';
import { createProvisioningGateway } from '../shared/azure/auto-provisioning.ts';
import { createCollectionGateway } from '../shared/azure/collections.ts';
import type { AzureContext } from '../shared/azure/context.ts';
import { createEventGateway } from '../shared/azure/event-gateway.ts';
import { createHttpChecks } from '../shared/azure/http-checks.ts';
import { createEstateHttpClient } from '../shared/azure/http-client.ts';
import { watchLimits } from '../shared/azure/limit-watch.ts';
import { createLogsGateway } from '../shared/azure/logs.ts';
import { createMachineGateway } from '../shared/azure/machines.ts';
import { createPolicyGateway } from '../shared/azure/policy-assignments.ts';
import { createQueryHolderGateway } from '../shared/azure/query-holders.ts';
import { createGraphGateway } from '../shared/azure/resource-graph.ts';
import { createRuleGateway } from '../shared/azure/rules.ts';
import { createPowerGateway, createRunCommandGateway } from '../shared/azure/run-commands.ts';
import { createScaleSetGateway } from '../shared/azure/scale-sets.ts';
import { createSecretReader } from '../shared/azure/secrets.ts';
import { createSubscriptionGateway } from '../shared/azure/subscriptions.ts';
import { openTableStore } from '../shared/azure/table-store.ts';
import { createTableGateway } from '../shared/azure/tables.ts';
import { createTicketDesks, type TicketDesks } from '../shared/azure/ticket-desks.ts';
import { requestsWithin, timedCredential } from '../shared/azure/time-limit.ts';
import { createSettingsGateway } from '../shared/azure/workspace-settings.ts';
import { readSettings, type Settings } from '../shared/config/settings.ts';
import type { PolicyGateway } from '../shared/connectors/guard-gateway.ts';
import type { ProvisioningGateway } from '../shared/connectors/provisioning.ts';
import type { EventGateway, EventSecrets } from '../shared/events/gateway.ts';
import { createLedger, type Ledger } from '../shared/ledger/ledger.ts';
import { openSqliteStore } from '../shared/ledger/sqlite-store.ts';
import type { Store } from '../shared/ledger/store.ts';
import type { WaveMachine } from '../shared/ledger/waves.ts';
import { CLOUDS } from '../shared/model/clouds.ts';
import type { LimitSeen } from '../shared/model/limits.ts';
import type { Plan } from '../shared/model/plan.ts';
import type { MachineStage } from '../shared/model/stages.ts';
import type { AgentPolicyGateway } from '../shared/policies/gateway.ts';
import { returnLegacy } from '../shared/rollback/return-legacy.ts';
import { undoAssociate } from '../shared/rollback/undo-associate.ts';
import { undoInstall } from '../shared/rollback/undo-install.ts';
import { createUndoStage } from '../shared/rollback/undo-stage.ts';
import { createAssociate } from '../shared/rules/associate.ts';
import type { QueryHolderGateway } from '../shared/rules/blast-radius/gateway.ts';
import type { RuleGateway } from '../shared/rules/deploy/gateway.ts';
import type { TableGateway } from '../shared/rules/migrate-table/gateway.ts';
import type { SettingsGateway } from '../shared/rules/settings-gateway.ts';
import { createConfirm, removedAt } from '../shared/verification/confirm.ts';
import { readHeartbeats } from '../shared/verification/heartbeats.ts';
import { heardInstances } from '../shared/verification/instance-heartbeats.ts';
import { createVerify } from '../shared/verification/verify.ts';
import type { HttpCheckGateway } from '../shared/waves/checks/ask.ts';
import type { StageContext, StageHandler } from '../shared/waves/stage.ts';

/** What a rehearsal replaces: transport, credential, storage and time, never code (D1, D3). */
export interface RuntimeOverrides {
  readonly httpClient?: HttpClient;
  readonly credential?: TokenCredential;
  /** Storage of the ledger. */
  readonly store?: Store;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

export interface Runtime {
  readonly settings: Settings;
  readonly ledger: Ledger;
  readonly graph: ReturnType<typeof createGraphGateway>;
  readonly logs: ReturnType<typeof createLogsGateway>;
  readonly machines: ReturnType<typeof createMachineGateway>;
  readonly subscriptions: ReturnType<typeof createSubscriptionGateway>;
  readonly workspaceSettings: SettingsGateway;
  readonly rules: RuleGateway;
  readonly queryHolders: QueryHolderGateway;
  readonly tables: TableGateway;
  readonly collections: ReturnType<typeof createCollectionGateway>;
  readonly provisioning: ProvisioningGateway;
  readonly policies: PolicyGateway;
  readonly agentPolicies: AgentPolicyGateway;
  readonly http: HttpCheckGateway;
  readonly events: EventGateway;
  readonly eventSecrets: EventSecrets;
  readonly tickets: TicketDesks;
  readonly handlers: Readonly<Record<MachineStage, StageHandler>>;
  readonly concurrency: number;
  now(): number;
  /** Does a piece of work and reports what the answers said of the limits of a subscription. */
  watchLimits<T>(subscriptionId: string, work: () => Promise<T>): Promise<{ value: T; seen: LimitSeen[] }>;
  /** Does a piece of work whose requests to Azure are given up after a time. */
  requestsWithin<T>(ms: number, work: () => Promise<T>): Promise<T>;
  plan(planId: string): Promise<Plan>;
}

let overrides: RuntimeOverrides = {};
let current: Promise<Runtime> | undefined;

/** Replaces transport and clock and drops what was built before; closes its ledger. */
export async function overrideRuntime(next: RuntimeOverrides): Promise<void> {
  const previous = current;
  overrides = next;
  current = undefined;
  await (await previous)?.ledger.close();
}

/** The app's one object graph, built on first use. */
export function runtime(): Promise<Runtime> {
  current ??= compose(readSettings(process.env));
  current.catch(() => {
    current = undefined;
  });
  return current;
}

async function compose(settings: Settings): Promise<Runtime> {
  const httpClient =
    overrides.httpClient ??
    (settings.estateUrl === undefined ? undefined : createEstateHttpClient(settings.estateUrl));
  const context: AzureContext = {
    credential: timedCredential(overrides.credential ?? (await createCredential(settings))),
    cloud: CLOUDS[settings.cloud],
    httpClient,
  };
  const arm = createArm(context);
  const machines = createMachineGateway(context, arm);
  const associations = createAssociationGateway(context);
  const logs = createLogsGateway(context);
  const power = createPowerGateway(arm);
  const secrets = createSecretReader(context);
  const ledger = createLedger(overrides.store ?? (await openStore(settings, context)));
  const concurrency = settings.callConcurrency;
  const now = overrides.now ?? Date.now;
  const data = { logs, verdicts: ledger.verdicts };
  const instances: InstanceDependencies = {
    ...{ machines, concurrency, scaleSets: createScaleSetGateway(context) },
    heardInstances: (stage, set) => heardInstances(logs, stage, set),
  };
  const undo = {
    ...{ machines, associations, secrets, concurrency, leases: ledger.leases, migrated: ledger.migrated },
    heard: (stage: StageContext, batch: readonly WaveMachine[]) => readHeartbeats(logs, stage, batch, 86_400),
  };
  return {
    settings,
    ledger,
    graph: createGraphGateway(context),
    logs,
    machines,
    subscriptions: createSubscriptionGateway(arm),
    workspaceSettings: createSettingsGateway(context),
    rules: createRuleGateway(context),
    queryHolders: createQueryHolderGateway(arm),
    tables: createTableGateway(arm),
    collections: createCollectionGateway(context),
    provisioning: createProvisioningGateway(arm),
    policies: createPolicyGateway(arm),
    agentPolicies: createAgentPolicyGateway(arm),
    http: createHttpChecks(context, settings.checkHosts),
    events: createEventGateway(context, { hosts: settings.eventHosts, topic: settings.eventGridTopic }),
    eventSecrets: secrets,
    tickets: createTicketDesks(context, settings, { secrets, now }),
    concurrency,
    now,
    watchLimits: (subscriptionId, work) => watchLimits(subscriptionId, now, work),
    requestsWithin,
    plan: cachedPlans(ledger),
    handlers: {
      install: withInstances(instances, 'install', createInstall({ machines, secrets, concurrency })),
      associate: createAssociate({ machines, associations, concurrency }),
      verify: withInstancesProven(
        instances,
        createVerify(data, { since: ({ record }) => record.associatedAt ?? undefined, expectRise: true }),
      ),
      reverify: withInstancesProven(
        instances,
        createVerify(data, { since: ({ record }) => record.stageStarted.reverify, expectRise: false }),
      ),
      uninstall: withStartedVm(
        { machines, power, concurrency },
        withInstances(
          instances,
          'uninstall',
          createUninstall({
            machines,
            runCommands: createRunCommandGateway(arm),
            power,
            associations,
            leases: ledger.leases,
            heard: (stage, batch) => readHeartbeats(logs, stage, batch, 86_400),
            judgeAgain: createVerify(data, {
              since: (_, stage) =>
                new Date(stage.now() - stage.policy.verdictMaxAgeSeconds * 1000).toISOString(),
              expectRise: false,
              alone: true,
            }),
            concurrency,
          }),
        ),
      ),
      confirm: withStartedVm(
        { machines, power, concurrency },
        withInstancesProven(
          instances,
          createRemovalConfirm({
            gone: createConfirm({ machines, ...data, concurrency }),
            stays: createVerify(data, { since: removedAt, comparedSince: removedAt, expectRise: false }),
            heard: (stage, batch) => readHeartbeats(logs, stage, batch, 86_400),
          }),
        ),
      ),
      returnLegacy: withInstances(instances, 'returnLegacy', createUndoStage(undo, returnLegacy)),
      undoAssociate: createUndoStage(undo, undoAssociate),
      undoInstall: withInstances(instances, 'undoInstall', createUndoStage(undo, undoInstall)),
    },
  };
}

/** Never over the transport of a simulated estate: that has no tables. */
async function openStore(settings: Settings, { credential }: AzureContext): Promise<Store> {
  const { ledgerTableEndpoint: endpoint, ledgerTable: table, ledgerPath } = settings;
  return endpoint === undefined
    ? openSqliteStore(ledgerPath)
    : openTableStore({ endpoint, table, credential });
}

/** Azure's own chain; a user-assigned identity by its client id where one is set. */
async function createCredential({
  managedIdentityClientId,
  estateUrl,
  cloud,
}: Settings): Promise<TokenCredential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
  // Never the developer's own sign-in: a real token has no business in a simulated Azure.
  if (estateUrl !== undefined) return new ManagedIdentityCredential();
  return managedIdentityClientId === undefined
    ? new DefaultAzureCredential({ authorityHost: CLOUDS[cloud].authorityHost })
    : new ManagedIdentityCredential({ clientId: managedIdentityClientId });
}

/** Plans are immutable, so one read serves every activity of the process. */
function cachedPlans(ledger: Ledger): (planId: string) => Promise<Plan> {
  const cache = new Map<string, Plan>();
  return async (planId) => {
    const known = cache.get(planId);
    if (known !== undefined) return known;
    const plan = await ledger.plans.get(planId);
    if (plan === undefined) throw new Error(`plan ${planId} is not in the ledger`);
    cache.set(planId, plan);
    return plan;
  };
}
