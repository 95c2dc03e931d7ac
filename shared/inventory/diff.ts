import type { Machine } from '../model/machine.ts';

/** What came and went of a list between two inventories, by what names its items. */
export interface ListChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export function compareNames(before: readonly string[], after: readonly string[]): ListChange {
  const [old, now] = [new Set(before), new Set(after)];
  return {
    added: [...now].filter((name) => !old.has(name)).sort(),
    removed: [...old].filter((name) => !now.has(name)).sort(),
  };
}

/** What became of one machine between two inventories. */
export type MachineChange =
  | { readonly change: 'added' | 'removed'; readonly machineId: string; readonly name: string }
  | {
      readonly change: 'changed';
      readonly machineId: string;
      readonly name: string;
      readonly fields: readonly {
        readonly field: string;
        readonly before: unknown;
        readonly after: unknown;
      }[];
    };

/** What is compared: what a person would call a change, not what every heartbeat moves. */
const FIELDS: Readonly<Record<string, (machine: Machine) => unknown>> = {
  assessment: ({ assessment }) =>
    assessment.status === 'blocked'
      ? ['blocked', ...assessment.reasons.map(({ code }) => code).sort()]
      : assessment.status,
  extensions: ({ extensions }) =>
    extensions.map(({ publisher, type, version }) => `${publisher}/${type} ${version ?? ''}`.trim()).sort(),
  legacyWorkspaces: ({ legacyWorkspaces }) => [...legacyWorkspaces].sort(),
  associations: ({ associations }) =>
    associations.map(({ ruleId, endpointId, name }) => ruleId ?? endpointId ?? name).sort(),
  availability: ({ availability }) => availability,
  os: ({ os, osName, osVersion }) => [os, osName, osVersion].filter((part) => part !== null).join(' '),
  vmId: ({ vmId }) => vmId,
  region: ({ region }) => region,
  identities: ({ systemIdentity, userIdentities }) => [
    ...(systemIdentity ? ['system'] : []),
    ...[...userIdentities].sort(),
  ],
  tags: ({ tags }) => Object.fromEntries(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1))),
  locks: ({ locks }) => locks.map(({ scope, level }) => `${level} ${scope}`).sort(),
  findings: ({ findings }) => [...new Set(findings.map(({ code }) => code))].sort(),
};

/** Compares a machine of two inventories; undefined where nothing changed. Pure. */
export function compareMachines(
  before: Machine | undefined,
  after: Machine | undefined,
): MachineChange | undefined {
  const one = after ?? before;
  if (one === undefined) return undefined;
  const base = { machineId: one.id, name: one.name };
  if (before === undefined) return { change: 'added', ...base };
  if (after === undefined) return { change: 'removed', ...base };
  const fields = Object.entries(FIELDS).flatMap(([field, read]) => {
    const [old, now] = [read(before), read(after)];
    return JSON.stringify(old) === JSON.stringify(now) ? [] : [{ field, before: old, after: now }];
  });
  return fields.length === 0 ? undefined : { change: 'changed', ...base, fields };
}
