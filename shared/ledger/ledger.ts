import { createAgentPolicies } from './agent-policies.ts';
import { createAudit } from './audit.ts';
import { createBaselines } from './baselines.ts';
import { createConnectors } from './connectors.ts';
import { createDrift } from './drift.ts';
import { createEvents } from './events.ts';
import { createExceptions } from './exceptions.ts';
import { createFleet } from './fleet.ts';
import { createIdempotency } from './idempotency.ts';
import { createInventories } from './inventories.ts';
import { createLeases } from './leases.ts';
import { createMigrated } from './migrated.ts';
import { createPlanRuns } from './plan-runs.ts';
import { createPlans } from './plans.ts';
import { createPurges } from './purges.ts';
import { createRuleSets } from './rule-sets.ts';
import { createSeals } from './seals.ts';
import type { Store } from './store.ts';
import { createSubscriptions } from './subscriptions.ts';
import { createTickets } from './tickets.ts';
import { marked } from './trouble.ts';
import { createVerdicts } from './verdicts.ts';
import { createWaves } from './waves.ts';

/** What happened to each machine: current records plus the append-only audit trail. */
export function createLedger(storage: Store) {
  const store = marked(storage);
  return {
    inventories: createInventories(store),
    plans: createPlans(store),
    planRuns: createPlanRuns(store),
    ruleSets: createRuleSets(store),
    waves: createWaves(store),
    verdicts: createVerdicts(store),
    audit: createAudit(store),
    seals: createSeals(store),
    leases: createLeases(store),
    migrated: createMigrated(store),
    baselines: createBaselines(store),
    drift: createDrift(store),
    fleet: createFleet(store),
    agentPolicies: createAgentPolicies(store),
    connectors: createConnectors(store),
    exceptions: createExceptions(store),
    idempotency: createIdempotency(store),
    purges: createPurges(store),
    events: createEvents(store),
    subscriptions: createSubscriptions(store),
    tickets: createTickets(store),
    /** Throws when the store does not answer; for the health probe. */
    async ping(): Promise<void> {
      await store.get('ping', 'ping');
    },
    close: () => store.close(),
  };
}

export type Ledger = ReturnType<typeof createLedger>;
