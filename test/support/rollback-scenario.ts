import { z } from 'zod';
import type { EstateFile } from '../../rehearsal/estate/index.ts';
import { scenario } from './scenario.ts';
import { CUSTOMER, smallEstate } from './small-estate.ts';

export const SENTINEL = 'SecurityInsightsSecurityEventCollectionConfiguration';
/** Where the key of the workspace is kept in these scenarios. */
export const KEY_SECRET = 'https://kv-keys.vault.azure.net/secrets/law-main-key';

/** The small estate in a world in which the legacy agent's service still works. */
export function heardEstate(changes: Partial<EstateFile> = {}): EstateFile {
  const { behaviour, ...rest } = changes;
  return smallEstate({
    ...rest,
    behaviour: {
      legacyIngestionEnds: null,
      secrets: [{ vault: 'kv-keys', name: 'law-main-key', value: 'key-of-law-main' }],
      ...behaviour,
    },
  });
}

/** Scenarios of waves that are rolled back. */
export function rollbackScenario() {
  const base = scenario();
  const { given, when, then, here } = base;
  return {
    ...base,
    given: {
      ...given,
      /** A plan that is content with rows that come: what data proves is for others to test. */
      async aPlan({ policy, ...request }: Record<string, unknown> = {}) {
        const proof = { verification: { proof: 'presence' } };
        return given.aPlan({ ...request, policy: { ...proof, ...(policy as object | undefined) } });
      },
    },
    steps: {
      /** The wave goes to the end of its way, approved where it asks. */
      async aFinishedWave(): Promise<void> {
        await when.theWaveStarts();
        await when.theWaveRunsToItsEnd();
        await then.theWaveIs('completed');
      },

      /** The wave waits at its removal gate: rules are associated and both agents are there. */
      async aWaveAtItsGate(): Promise<void> {
        await when.theWaveStarts();
        await when.theWaveReaches('awaitingApproval');
      },

      async theRollbackEnds() {
        return when.theWaveReaches(({ rollback, step }) => step === 'finished' && rollback !== undefined);
      },

      /** What legacy collection of the workspace is set to. */
      async tier(): Promise<string | null | undefined> {
        const View = z.object({
          collections: z.array(z.object({ kind: z.string(), tier: z.string().nullable() })),
        });
        const { body } = await here().api.get(`/connectors/${CUSTOMER}`, View);
        return body.collections.find(({ kind }) => kind === SENTINEL)?.tier;
      },
    },
  };
}
