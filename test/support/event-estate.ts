import { z } from 'zod';
import type { EstateFile } from '../../rehearsal/estate/index.ts';
import { smallEstate } from './small-estate.ts';

export const HOOK = 'https://siem.contoso.com/hooks/ama';
export const FLOW =
  'https://prod-12.westeurope.logic.azure.com:443/workflows/5d1e/triggers/manual/paths/invoke?api-version=2016-10-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=canary-flow-5d1e-not-to-be-seen';
export const TOPIC = 'https://ama-events.westeurope-1.eventgrid.azure.net/api/events';
const VAULT = 'https://kv-events.vault.azure.net/secrets';
export const HOOK_SECRET = `${VAULT}/hook-key`;
export const URL_SECRET = `${VAULT}/hook-url`;
export const SIGNING_KEY = `whsec_${Buffer.from('canary-signing-5d1e-not-to-be-seen').toString('base64')}`;
const SEALING_KEY = 'canary-sealing-5d1e-not-to-be-seen-0123456789';

/** What the app is told of receivers and keys. */
export const EVENT_SETTINGS = {
  AMA_EVENT_HOSTS: 'siem.contoso.com,*.logic.azure.com',
  AMA_EVENT_KEY_SECRET: `${VAULT}/sealing-key`,
  AMA_API_URL: 'https://ama.contoso.com/api',
};

/** What Key Vault holds then. */
export const EVENT_SECRETS = [
  { vault: 'kv-events', name: 'hook-key', value: SIGNING_KEY },
  { vault: 'kv-events', name: 'hook-url', value: HOOK },
  { vault: 'kv-events', name: 'sealing-key', value: SEALING_KEY },
];

type Fault = NonNullable<NonNullable<EstateFile['behaviour']>['faults']>[number];

/** The small estate with receivers outside of it, and what goes wrong on the way to them. */
export function eventEstate(faults: readonly Fault[] = [], changes: Partial<EstateFile> = {}): EstateFile {
  return smallEstate({
    ...changes,
    behaviour: {
      ...changes.behaviour,
      receivers: [{ url: HOOK }, { url: FLOW, status: 202 }, { url: TOPIC }],
      secrets: [...(changes.behaviour?.secrets ?? []), ...EVENT_SECRETS],
      faults: [...faults],
    },
  });
}

/** Something that goes wrong at the webhook. */
export function atHook(effect: Fault['effect'], count?: number): Fault {
  return { match: { url: 'siem\\.contoso\\.com' }, effect, ...(count === undefined ? {} : { count }) };
}

export const Event = z.looseObject({
  id: z.string(),
  type: z.string(),
  source: z.string(),
  subject: z.string(),
  sequence: z.string(),
  partitionkey: z.string(),
  data: z.looseObject({ message: z.string(), severity: z.string() }),
});
