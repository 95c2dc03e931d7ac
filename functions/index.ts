import { app, type HttpHandler, type InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { readSettings } from '../shared/config/settings.ts';
import type { Role } from '../shared/model/caller.ts';
import { type Activities, type ActivityName, BUDGET_ENTITY, ORCHESTRATORS } from './contracts/payloads.ts';
import { budgetEntity } from './entities/budget.ts';
import { batchOrchestrator } from './orchestrators/batch.ts';
import { cellOrchestrator } from './orchestrators/cell.ts';
import { deliverOrchestrator } from './orchestrators/deliver.ts';
import { discoveryOrchestrator } from './orchestrators/discovery.ts';
import { driftOrchestrator } from './orchestrators/drift.ts';
import type { OrchestrationHandler } from './orchestrators/durable.ts';
import { planRunOrchestrator } from './orchestrators/plan-run.ts';
import { ticketOrchestrator } from './orchestrators/ticket.ts';
import { waveOrchestrator } from './orchestrators/wave.ts';
import { OPEN_ROUTES, PAGE_ROUTES, ROUTES } from './routes.ts';

type Handlers = typeof import('./handlers.ts');

/** A function of `handlers.ts`, loaded when it is first called: a start loads what registers and replays, no more. */
function onFirstUse<N extends keyof Handlers>(name: N): Handlers[N] {
  const call = async (...input: unknown[]) => {
    const handlers = await import('./handlers.ts');
    return (handlers[name] as (...input: unknown[]) => unknown)(...input);
  };
  return call as Handlers[N];
}

/** An endpoint that runs for callers with this role alone. */
function forRole(role: Role, name: (typeof ROUTES)[number][0]): HttpHandler {
  return async (request, context) => {
    const handlers = await import('./handlers.ts');
    return handlers.allow(role, handlers[name])(request, context);
  };
}

/** What a rehearsal may replace: transport and clock. Azure never calls it. */
export const overrideRuntime = onFirstUse('overrideRuntime');

// Wrong settings stop the start here, with one message, before anything is registered.
const settings = readSettings(process.env);
const durableClient = df.input.durableClient();

for (const [name, method, route] of [...OPEN_ROUTES, ...PAGE_ROUTES]) {
  // What a signature lets in may wake an orchestration.
  const extraInputs = method === 'POST' ? [durableClient] : [];
  app.http(name, {
    route,
    methods: [method],
    authLevel: 'anonymous',
    extraInputs,
    handler: onFirstUse(name),
  });
}

// Where keys give no role the sign-in in front of the app is the lock, and a key would only be a second secret.
const authLevel = settings.keyRoles.length === 0 ? 'anonymous' : 'function';
for (const [name, method, route, role] of ROUTES) {
  app.http(name, {
    ...{ route, authLevel, methods: [method], extraInputs: [durableClient] },
    handler: forRole(role, name),
  });
}

const timers = [
  ['watch', settings.watchSchedule],
  ['cleanUp', settings.cleanupSchedule],
  ['checkDrift', settings.driftSchedule],
  ['makeDigests', settings.digestSchedule],
] as const;
for (const [name, schedule] of timers) {
  app.timer(name, { schedule, extraInputs: [durableClient], handler: onFirstUse(name) });
}

const orchestrators = {
  [ORCHESTRATORS.discovery]: discoveryOrchestrator,
  [ORCHESTRATORS.wave]: waveOrchestrator,
  [ORCHESTRATORS.cell]: cellOrchestrator,
  [ORCHESTRATORS.batch]: batchOrchestrator,
  [ORCHESTRATORS.planRun]: planRunOrchestrator,
  [ORCHESTRATORS.deliver]: deliverOrchestrator,
  [ORCHESTRATORS.ticket]: ticketOrchestrator,
  [ORCHESTRATORS.drift]: driftOrchestrator,
};
for (const [name, handler] of Object.entries(orchestrators)) {
  df.app.orchestration(name, handler as OrchestrationHandler);
}

/** The compiler proves that each activity is there and takes and gives what orchestrators think. */
const activities: {
  readonly [N in ActivityName]: (
    input: Activities[N]['input'],
    context: InvocationContext,
  ) => Promise<Activities[N]['output']>;
} = {
  install: onFirstUse('install'),
  associate: onFirstUse('associate'),
  verify: onFirstUse('verify'),
  disableConnector: onFirstUse('disableConnector'),
  reverify: onFirstUse('reverify'),
  uninstall: onFirstUse('uninstall'),
  confirm: onFirstUse('confirm'),
  returnLegacy: onFirstUse('returnLegacy'),
  undoAssociate: onFirstUse('undoAssociate'),
  undoInstall: onFirstUse('undoInstall'),
  undoConnector: onFirstUse('undoConnector'),
  advanceWave: onFirstUse('advanceWave'),
  recordHold: onFirstUse('recordHold'),
  advanceRun: onFirstUse('advanceRun'),
  recordRunHold: onFirstUse('recordRunHold'),
  syncTicket: onFirstUse('syncTicket'),
  advanceInventory: onFirstUse('advanceInventory'),
  failInventory: onFirstUse('failInventory'),
  deliverEvents: onFirstUse('deliverEvents'),
  advanceDrift: onFirstUse('advanceDrift'),
  failDriftRun: onFirstUse('failDriftRun'),
};
/** Activities that start orchestrations of their own. */
const WITH_CLIENT: readonly string[] = [
  'advanceRun',
  'advanceWave',
  'advanceDrift',
  'failDriftRun',
  'advanceInventory',
  'failInventory',
  'deliverEvents',
  'syncTicket',
];
for (const [name, handler] of Object.entries(activities)) {
  df.app.activity(name, { handler, ...(WITH_CLIENT.includes(name) ? { extraInputs: [durableClient] } : {}) });
}

df.app.entity(BUDGET_ENTITY, budgetEntity);
