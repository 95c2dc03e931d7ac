import { expect } from 'vitest';
import type { Collection, CollectionGateway } from '../../../shared/connectors/gateway.ts';
import { ok, type Result } from '../../../shared/model/trouble.ts';
import { workspaceResource } from '../../support/builders.ts';

export const SENTINEL = collection('SecurityInsightsSecurityEventCollectionConfiguration', 'Recommended');
export const DEFENDER = collection('SecurityEventCollectionConfiguration', 'All');

export function collection(kind: Collection['kind'], tier: string): Collection {
  return { kind, name: kind, tier, properties: { tier, tierSetMethod: 'Custom', extra: 'kept' } };
}

/** The same setting with another tier. */
export function withTier(value: Collection, tier: string): Collection {
  return { ...value, tier, properties: { ...value.properties, tier } };
}

interface Changes {
  readonly read?: Result<never>;
  readonly write?: Result<never>;
  /** Takes writes and keeps nothing. */
  readonly forgetful?: boolean;
  /** Somebody else sets this right after the first look. */
  readonly meanwhile?: readonly Collection[];
  /** Throws at this write, before (or after) it was done. */
  readonly kill?: { readonly at: number; readonly after?: boolean };
}

/** A workspace that remembers what was written, and compares versions as the service is hoped to do. */
export function fakeCollections(initial: readonly Collection[], changes: Changes = {}) {
  let current = initial.map((value, i) => ({ ...value, etag: `v${i}` }));
  let [reads, writes] = [0, 0];
  const written: Collection[] = [];
  const gateway: CollectionGateway = {
    async read(resourceId) {
      expect(resourceId).toBe(workspaceResource('law-main'));
      if (changes.read !== undefined) return changes.read;
      const seen = [...current];
      reads += 1;
      if (reads === 1 && changes.meanwhile !== undefined)
        current = changes.meanwhile.map((value) => ({ ...value, etag: 'changed' }));
      return ok(seen);
    },
    async write(resourceId, value) {
      expect(resourceId).toBe(workspaceResource('law-main'));
      writes += 1;
      const dies = changes.kill?.at === writes;
      if (dies && changes.kill?.after !== true) throw new Error('killed');
      if (changes.write !== undefined) return changes.write;
      const there = current.find(({ kind }) => kind === value.kind);
      if (value.etag !== undefined && value.etag !== there?.etag) return ok('changed');
      const { etag: _, ...stored } = value;
      written.push(stored);
      if (!changes.forgetful) {
        const next = { ...stored, etag: `w${writes}` };
        current = [...current.filter(({ kind }) => kind !== value.kind), next];
      }
      if (dies) throw new Error('killed');
      return ok('written');
    },
  };
  return {
    gateway,
    written,
    /** What is set now, without versions. */
    current: () => current.map(({ etag: _, ...value }) => value),
    set: (values: readonly Collection[]) => {
      current = values.map((value, i) => ({ ...value, etag: `s${i}` }));
    },
  };
}
