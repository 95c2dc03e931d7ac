import type { FindingCode } from './findings.ts';
import type { ReasonCode } from './reasons.ts';

/** What an inventory covers; every list given narrows it, empty lists do not. */
export interface InventoryScope {
  readonly managementGroups: readonly string[];
  readonly subscriptions: readonly string[];
  /** Normalised ARM ids of resource groups. */
  readonly resourceGroups: readonly string[];
  /** Machines that carry one of these tags; without a value any will do. */
  readonly tags: readonly { readonly name: string; readonly value?: string | undefined }[];
}

/** A dated, immutable snapshot of the estate; machines, rules, workspaces and findings are rows of their own. */
export interface Inventory {
  readonly id: string;
  readonly scope: InventoryScope;
  readonly startedAt: string;
  readonly completedAt: string | null;
  readonly status: 'running' | 'completed' | 'failed';
  readonly problem: string | null;
  readonly summary: InventorySummary | null;
  /** Resource Graph queries so far. */
  readonly resourceGraphPages: number;
}

export interface InventorySummary {
  readonly machines: number;
  readonly azureVms: number;
  readonly scaleSets: number;
  readonly arcServers: number;
  /** Known by their heartbeat alone. */
  readonly unmanaged: number;
  readonly windows: number;
  readonly linux: number;
  readonly legacyOnly: number;
  readonly bothAgents: number;
  readonly amaOnly: number;
  readonly neither: number;
  readonly assessment: Readonly<Record<'ready' | 'alreadyMigrated' | 'notApplicable' | 'blocked', number>>;
  /** Machines by what blocks them; one machine can have several reasons. */
  readonly reasons: Partial<Record<ReasonCode, number>>;
  /** Machines by what was found, and other findings, by code. */
  readonly findings: Partial<Record<FindingCode, number>>;
  readonly subscriptions: number;
  /** Tenants the subscriptions belong to; more than one where Azure Lighthouse delegates. */
  readonly tenants: readonly string[];
  readonly workspaces: number;
  readonly unreadWorkspaces: number;
  readonly rules: number;
  readonly endpoints: number;
  /** Resource Graph queries it took. */
  readonly resourceGraphPages: number;
}
