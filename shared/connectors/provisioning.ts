import pMap from 'p-map';
import type { AutoProvisioning, SubscriptionGateway } from '../inventory/gateway.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Result, Trouble } from '../model/trouble.ts';
import { record } from './audit.ts';

/** Turns automatic provisioning of the legacy agent by Defender for Cloud on or off. */
export interface ProvisioningGateway {
  write(subscriptionId: string, name: string, on: boolean): Promise<Result<void>>;
}

export interface ProvisioningDependencies {
  readonly ledger: Ledger;
  readonly subscriptions: Pick<SubscriptionGateway, 'autoProvisioning'>;
  readonly provisioning: ProvisioningGateway;
  readonly concurrency: number;
  now(): number;
}

export interface ProvisioningRequest {
  readonly subscriptionIds: readonly string[];
  readonly by: string;
  readonly reason: string;
  /** Only looks. */
  readonly whatIf: boolean;
}

/** How one subscription ended. `stillOn`: Off could not be read back. */
export interface ProvisioningResult {
  readonly subscriptionId: string;
  readonly status: 'wouldTurnOff' | 'turnedOff' | 'alreadyOff' | 'stillOn' | 'failed';
  /** Names of the settings that were on. */
  readonly wereOn: readonly string[];
  readonly trouble?: Trouble;
}

/**
 * Turns automatic provisioning off in each subscription: value stored and trail written first, read back after.
 * One that fails keeps no other from being done; called again, what is off is left as it is. Facts file 3.7.
 */
export async function turnOffProvisioning(
  dependencies: ProvisioningDependencies,
  request: ProvisioningRequest,
): Promise<ProvisioningResult[]> {
  const { concurrency } = dependencies;
  return pMap(request.subscriptionIds, (id) => turnOff(dependencies, request, id), { concurrency });
}

async function turnOff(
  { ledger, subscriptions, provisioning, now }: ProvisioningDependencies,
  { by, reason, whatIf }: ProvisioningRequest,
  subscriptionId: string,
): Promise<ProvisioningResult> {
  const failed = (trouble: Trouble, wereOn: readonly string[] = []): ProvisioningResult => ({
    ...{ subscriptionId, status: 'failed', wereOn, trouble },
  });
  const found = await subscriptions.autoProvisioning(subscriptionId);
  if (!found.ok) return failed(found.trouble);
  const wereOn = namesOn(found.value);
  if (wereOn.length === 0) return { subscriptionId, status: 'alreadyOff', wereOn };
  if (whatIf) return { subscriptionId, status: 'wouldTurnOff', wereOn };

  const at = new Date(now()).toISOString();
  const entry = { at, waveId: null, by };
  const message = `turn automatic provisioning of ${subscriptionId} off (${wereOn.join(', ')}): ${reason}`;
  await record(ledger, subscriptionId, { ...entry, event: 'intent', message, data: { before: found.value } });
  for (const name of wereOn) {
    const value = { subscriptionId, name, on: true, storedAt: at, by, reason };
    await ledger.connectors.rememberProvisioning(value);
    const written = await provisioning.write(subscriptionId, name, false);
    if (!written.ok) return failed(written.trouble, wereOn);
  }
  const after = await subscriptions.autoProvisioning(subscriptionId);
  if (!after.ok) return failed(after.trouble, wereOn);
  if (namesOn(after.value).length > 0) return { subscriptionId, status: 'stillOn', wereOn };
  const done = `automatic provisioning of ${subscriptionId} is off`;
  await record(ledger, subscriptionId, { ...entry, event: 'effect', message: done });
  return { subscriptionId, status: 'turnedOff', wereOn };
}

function namesOn(settings: readonly AutoProvisioning[]): string[] {
  return settings.filter(({ on }) => on).map(({ name }) => name);
}
