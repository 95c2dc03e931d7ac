import { solutionAdvice } from '../inventory/solutions.ts';
import type { StoredCollection } from '../ledger/connectors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Workspace } from '../model/machine.ts';
import type { ConnectorSwitch } from '../model/stream-check.ts';
import { ok, type Result } from '../model/trouble.ts';
import type { SettingsGateway } from '../rules/settings-gateway.ts';
import { type DependentsDependencies, dependentsOf, type KnownMachines } from './dependents.ts';
import { COLLECTION_KINDS, type Collection, type CollectionGateway, type CollectionKind } from './gateway.ts';

export interface ViewDependencies extends DependentsDependencies {
  readonly ledger: Ledger;
  readonly collections: CollectionGateway;
  readonly settings: Pick<SettingsGateway, 'sources'>;
}

const PRODUCTS: Readonly<Record<CollectionKind, string>> = {
  SecurityInsightsSecurityEventCollectionConfiguration: 'Microsoft Sentinel',
  SecurityEventCollectionConfiguration: 'Defender for Cloud',
};

/** One of the two kinds on one workspace, with the value that can be put back. */
export interface CollectionView {
  readonly kind: string;
  readonly product: string;
  readonly name: string;
  /** null: nothing is configured. */
  readonly tier: string | null;
  readonly stored: (Omit<StoredCollection, 'workspaceId' | 'kind' | 'name'> & { restorable: boolean }) | null;
}

/** Everything of a workspace that ends with the legacy agent; what could not be read is null and in `unread`. */
export interface ConnectorView {
  /** Customer id: the GUID this workspace is addressed by. */
  readonly workspace: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly region: string;
  readonly collections: readonly CollectionView[] | null;
  readonly solutions: readonly {
    readonly product: string;
    readonly title: string;
    /** null: this app does not know the solution. */
    readonly dependsOnLegacyAgent: boolean | null;
    readonly successor: string | null;
  }[];
  /** Facilities that the legacy agent collects. */
  readonly syslogFacilities: readonly string[] | null;
  /** What came in as CEF in the days the inventory read. */
  readonly cef: { readonly megabytesPerDay: number; readonly lastSeen: string } | null;
  /** Machines that would lose legacy collection. */
  readonly dependents: number | null;
  readonly switched: ConnectorSwitch | null;
  readonly unread: readonly { readonly what: string; readonly reason: string }[];
}

/** Reads the state of one workspace: its settings from Azure as they are now, the rest from inventory and ledger. */
export async function readConnector(
  dependencies: ViewDependencies,
  workspace: Workspace,
  known: KnownMachines,
): Promise<ConnectorView> {
  const { ledger, collections, settings } = dependencies;
  const { id, resourceId, customerId } = workspace;
  const unread: { what: string; reason: string }[] = [];
  const read = async <T>(what: string, ask: Promise<Result<T>>): Promise<T | null> => {
    const answer = await ask;
    if (!answer.ok) unread.push({ what, reason: answer.trouble.message });
    return answer.ok ? answer.value : null;
  };
  const found = await read('collections', collections.read(resourceId));
  const syslog = await read('syslogFacilities', settings.sources(resourceId, 'LinuxSyslog'));
  const dependents = await read(
    'dependents',
    customerId === '' ? Promise.resolve(ok([])) : dependentsOf(dependencies, workspace, known),
  );
  if (workspace.use === null)
    unread.push({ what: 'cef', reason: 'the inventory could not read the workspace' });
  const cef = workspace.use?.tables.find(({ table }) => /^commonsecuritylog$/i.test(table));
  return {
    workspace: customerId,
    workspaceId: resourceId,
    name: workspace.name,
    region: workspace.region,
    collections: found === null ? null : collectionViews(found, await ledger.connectors.stored(id)),
    solutions: workspace.solutions.map((product) => {
      const advice = solutionAdvice(product);
      return {
        product,
        title: advice?.title ?? product,
        dependsOnLegacyAgent: advice?.dependsOnLegacyAgent ?? null,
        successor: advice?.successor ?? null,
      };
    }),
    syslogFacilities: syslog === null ? null : syslog.map(facilityOf).sort(),
    cef: cef === undefined ? null : { megabytesPerDay: cef.megabytesPerDay, lastSeen: cef.lastSeen },
    dependents: dependents?.length ?? null,
    switched: (await ledger.connectors.switchOf(id)) ?? null,
    unread,
  };
}

/** Both kinds, configured or not, each with what is stored of it. */
export function collectionViews(
  found: readonly Collection[],
  stored: readonly StoredCollection[],
): CollectionView[] {
  const key = ({ kind, name }: { kind: string; name: string }) => `${kind}|${name.toLowerCase()}`;
  const missing = COLLECTION_KINDS.filter((kind) => !found.some((one) => one.kind === kind));
  const gone = missing.flatMap((kind) => {
    const names = stored.filter((one) => one.kind === kind).map(({ name }) => name);
    return (names.length === 0 ? [kind] : names).map((name) => ({ kind, name, tier: null }));
  });
  return [...found, ...gone].map(({ kind, name, tier }) => {
    const value = stored.find((one) => key(one) === key({ kind, name }));
    return {
      kind,
      product: PRODUCTS[kind],
      name,
      tier,
      stored: value === undefined ? null : storedView(value),
    };
  });
}

function storedView({ workspaceId: _, kind: _kind, name: _name, ...value }: StoredCollection) {
  return { ...value, restorable: value.restored === null };
}

function facilityOf({ name, properties }: { name: string; properties: unknown }): string {
  const facility = (properties as { syslogName?: unknown } | null)?.syslogName;
  return typeof facility === 'string' ? facility : name;
}
