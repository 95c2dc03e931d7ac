import type { Result } from '../model/trouble.ts';

/** The two kinds of legacy security-event collection, one of Sentinel and one of Defender (facts file 3.7). */
export const COLLECTION_KINDS = [
  'SecurityInsightsSecurityEventCollectionConfiguration',
  'SecurityEventCollectionConfiguration',
] as const;
export type CollectionKind = (typeof COLLECTION_KINDS)[number];

export interface Collection {
  readonly kind: CollectionKind;
  readonly name: string;
  /** None, Minimal, Recommended or All. */
  readonly tier: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** The version that was read; a write that carries it replaces that version only. */
  readonly etag?: string;
}

/** `changed`: Azure holds another version than the one the write was to replace; nothing was written. */
export type WriteAnswer = 'written' | 'changed';

/** What the connectors capability needs from Azure. */
export interface CollectionGateway {
  read(workspaceResourceId: string): Promise<Result<readonly Collection[]>>;
  write(workspaceResourceId: string, collection: Collection): Promise<Result<WriteAnswer>>;
}
