import { createHash } from 'node:crypto';
import type { Seal } from '../model/audit-seal.ts';
import type { Wave } from '../model/wave.ts';

/**
 * What a report rests on, as hashes (SHA-256, hex). The evidence bundle holds the very texts, so that paper and bundle
 * can be held against each other: docs/how-to/reports.md says how, with tools that every system has.
 */
export interface EvidenceDigest {
  /** Of `wave.json`. */
  readonly wave: string;
  /** Of all `machines-*.jsonl` one after the other. */
  readonly machines: string;
  /** The last seal over the audit trail; null: nothing is sealed yet. */
  readonly trail: Pick<Seal, 'number' | 'hash' | 'at'> | null;
  /** Of the three, a line each; `-` stands for a trail without a seal. */
  readonly hash: string;
}

export function evidenceDigest(wave: string, machines: string, seal: Seal | undefined): EvidenceDigest {
  const trail = seal === undefined ? null : { number: seal.number, hash: seal.hash, at: seal.at };
  return { wave, machines, trail, hash: sha256(`${wave}\n${machines}\n${trail?.hash ?? '-'}\n`) };
}

/** The record of a wave as the bundle holds it: without the digest of its start key, which is nobody's evidence. */
export function waveText({ startKey: _, ...wave }: Wave): string {
  return `${JSON.stringify(wave, null, 2)}\n`;
}

export function lineOf(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}
