/** That a named person takes data that is no pass for good enough, for a scope and until a day. */
export interface DataException {
  readonly id: string;
  /** Machines it is for, normalised; null: every machine of the wave or workspace. */
  readonly machineIds: readonly string[] | null;
  readonly waveId: string | null;
  /** Normalised; null: whatever workspace the data is in. */
  readonly workspaceId: string | null;
  /** Tables it is for; null: all. */
  readonly tables: readonly string[] | null;
  readonly by: string;
  readonly reason: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly revoked: { readonly by: string; readonly at: string } | null;
}

export function isActive({ revoked, expiresAt }: DataException, nowMs: number): boolean {
  return revoked === null && Date.parse(expiresAt) > nowMs;
}
