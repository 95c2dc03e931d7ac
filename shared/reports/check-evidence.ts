import { createHash } from 'node:crypto';
import { unzipSync } from 'fflate';
import { type Seal, type SealedEntry, sealedEntry, TRAIL_FAULTS, verifyTrail } from '../model/audit-seal.ts';
import { SUMS } from './archive.ts';
import { evidenceDigest, sha256 } from './digest.ts';
import type { EvidenceManifest } from './evidence.ts';

/** Larger than any file of a part; what claims more is no part of ours. */
const MOST_BYTES = 1024 ** 3;

export interface EvidenceCheck {
  readonly intact: boolean;
  readonly waveId: string | null;
  readonly parts: number;
  readonly files: number;
  readonly machines: number;
  readonly entries: number;
  /** Entries younger than the last seal: nothing is said of them yet. */
  readonly unsealed: number;
  /** The hash that a printed report names. */
  readonly hash: string | null;
  /** In sentences. */
  readonly faults: readonly string[];
}

/**
 * Holds an evidence bundle against its own hashes and seals, without any access to the app: archives one by one, so
 * that memory is bounded by one part and the digests of the trail.
 */
export function checkEvidence(
  archives: Iterable<{ readonly name: string; readonly read: () => Uint8Array }>,
): EvidenceCheck {
  const faults: string[] = [];
  const machines = createHash('sha256');
  const entries: SealedEntry[] = [];
  const found = { waveId: null as string | null, parts: 0, files: 0, machines: 0 };
  let first: EvidenceManifest | undefined;
  let wave = '';
  let seals: Seal[] = [];
  let isLast = false;
  for (const { name, read } of archives) {
    const part = openPart(name, read(), faults);
    if (part === undefined) continue;
    const { manifest, texts } = part;
    found.parts += 1;
    found.files += texts.size;
    if (manifest.part !== found.parts)
      faults.push(`${name} is part ${manifest.part}; part ${found.parts} should come here.`);
    if (isLast) faults.push(`${name} comes after the last part.`);
    found.waveId ??= manifest.waveId;
    if (manifest.waveId !== found.waveId)
      faults.push(`${name} is of wave ${manifest.waveId}, not ${found.waveId}.`);
    isLast = manifest.last;
    if (manifest.part === 1) {
      first = manifest;
      wave = sha256(texts.get('wave.json') ?? '');
      seals = linesOf(texts.get('seals.jsonl')) as Seal[];
    }
    for (const [file, text] of texts) {
      if (file.startsWith('machines-')) {
        machines.update(text);
        found.machines += linesOf(text).length;
      }
      if (!file.startsWith('trail-')) continue;
      for (const line of linesOf(text)) {
        const { row, ...entry } = line as { row: string };
        entries.push(sealedEntry(row, entry));
      }
    }
  }
  if (first === undefined) faults.push('The first part is missing.');
  else if (!isLast) faults.push('The last part is missing.');
  const digest = evidenceDigest(wave, machines.digest('hex'), seals.at(-1));
  if (first !== undefined && first.evidence?.hash !== digest.hash)
    faults.push(
      'The record of the wave and of its machines are not what the first part names: a part was changed or left out, or the wave went on while its parts were fetched.',
    );
  const trail = verifyTrail(entries, seals);
  for (const { code, at } of trail.faults) faults.push(`${TRAIL_FAULTS[code]} (${at})`);
  return {
    ...{ intact: faults.length === 0, ...found, entries: entries.length, unsealed: trail.unsealed },
    ...{ hash: first === undefined ? null : digest.hash, faults },
  };
}

/** The files of one archive, each as its list of hashes says. */
function openPart(
  name: string,
  bytes: Uint8Array,
  faults: string[],
): { manifest: EvidenceManifest; texts: Map<string, string> } | undefined {
  let unpacked: Record<string, Uint8Array>;
  try {
    unpacked = unzipSync(bytes, {
      filter: ({ originalSize }) => {
        if (originalSize > MOST_BYTES) throw new Error('a file is too large');
        return true;
      },
    });
  } catch (error) {
    faults.push(`${name} is no archive that can be read: ${(error as Error).message}.`);
    return undefined;
  }
  const sums = new Map(
    (unpacked[SUMS] === undefined ? '' : Buffer.from(unpacked[SUMS]).toString())
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => [line.slice(66), line.slice(0, 64)] as const),
  );
  const texts = new Map<string, string>();
  for (const [file, content] of Object.entries(unpacked)) {
    if (file === SUMS) continue;
    if (sums.get(file) !== sha256(content)) faults.push(`${file} of ${name} is not as ${SUMS} says.`);
    texts.set(file, Buffer.from(content).toString());
  }
  for (const file of sums.keys()) if (!texts.has(file)) faults.push(`${file} of ${name} is missing.`);
  const manifest = manifestOf(texts.get('manifest.json'));
  if (manifest === undefined) {
    faults.push(`${name} has no manifest of an evidence bundle.`);
    return undefined;
  }
  for (const file of manifest.files)
    if (sums.get(file.name) !== file.sha256)
      faults.push(`${file.name} of ${name} is not as its manifest says.`);
  const listed = new Set([...manifest.files.map((file) => file.name), 'manifest.json']);
  for (const file of texts.keys())
    if (!listed.has(file)) faults.push(`${file} of ${name} is not in its manifest.`);
  return { manifest, texts };
}

function manifestOf(text: string | undefined): EvidenceManifest | undefined {
  try {
    const manifest = JSON.parse(text ?? '') as EvidenceManifest;
    const isOurs = manifest.kind === 'ama-migration-evidence' && Array.isArray(manifest.files);
    return isOurs ? manifest : undefined;
  } catch {
    return undefined;
  }
}

/** Lines that are JSON; one that is not counts as none, and its file's hash has told of it. */
function linesOf(text: string | undefined): object[] {
  return (text ?? '').split('\n').flatMap((line) => {
    if (line === '') return [];
    try {
      return [JSON.parse(line) as object];
    } catch {
      return [];
    }
  });
}
