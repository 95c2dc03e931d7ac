import { csvText } from '../csv/table.ts';
import type { Wave } from '../model/wave.ts';
import { createArchive } from './archive.ts';
import { MACHINE_COLUMNS, type MachineLine } from './columns.ts';
import { type EvidenceDigest, lineOf, waveText } from './digest.ts';
import { boardPage, wavePage } from './html/wave-page.ts';
import { machinesOf, type ReportDependencies, readWaveReport } from './read.ts';
import type { WaveReport } from './wave-report.ts';

/** What one part holds at most: a request has minutes, and a part is in memory. A part ends with a whole batch. */
export const PART_LIMITS = { machines: 5000, entries: 50_000 } as const;
type Limits = Readonly<Record<keyof typeof PART_LIMITS, number>>;

/** Where a part begins: its number, and the batch of machines or the row of the trail. */
export const EVIDENCE_PLACE = /^(\d{1,5})\.(?:m\.(\d{1,6})|t\.(\d{4}-\d\d-\d\dT[^/\\#?]{1,400}))$/;

/** A part of the evidence bundle of a wave. */
export interface EvidencePart {
  readonly name: string;
  readonly part: number;
  readonly zip: Uint8Array;
  /** Where the next part begins; undefined: this is the last. */
  readonly next: string | undefined;
  /** The report that the first part holds, made in the same pass as its files. */
  readonly report: WaveReport | undefined;
}

export interface EvidenceManifest {
  readonly kind: 'ama-migration-evidence';
  readonly version: 1;
  readonly waveId: string;
  readonly part: number;
  readonly last: boolean;
  readonly at: string;
  /** Of the first part; the others belong to it. */
  readonly evidence: EvidenceDigest | null;
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
}

/**
 * The evidence of a wave as a zip: its record with approvals, gates and checks, each machine with outcomes, verdict and
 * what undoing takes, the audit trail with its seals, and the report in all forms. Large waves come in parts of bounded
 * size; `after` is the `next` of the part before. The first part reads all machines once, so that its report and its
 * hash are of the very texts it holds.
 */
export async function waveEvidence(
  dependencies: ReportDependencies,
  wave: Wave,
  { after, limits = PART_LIMITS }: { readonly after?: string | undefined; readonly limits?: Limits } = {},
): Promise<EvidencePart> {
  const { ledger, now } = dependencies;
  const place = placeOf(after);
  const at = new Date(now()).toISOString();
  const archive = createArchive();
  let machinesNext: number | undefined;
  let report: WaveReport | undefined;
  let written = 0;
  const put = (batch: number, lines: readonly string[]) => {
    if (machinesNext !== undefined) return;
    if (written >= limits.machines) machinesNext = batch;
    else archive.write(lines.join(''));
    written += lines.length;
  };
  if (place.kind === 'machines') archive.begin(`machines-${padded(place.part)}.jsonl`);
  if (place.part === 1) {
    const seals = await ledger.seals.all(wave.id);
    const rows: MachineLine[] = [];
    const end = wave.finishedAt ?? at;
    report = await readWaveReport(
      dependencies,
      wave,
      ({ batch, machines, lines }) => {
        put(batch, lines);
        if (machinesNext === undefined) rows.push(...machines.map((machine) => ({ machine, end })));
      },
      seals.at(-1),
    );
    await writeFirst(dependencies, wave, archive, { report, rows, seals });
  } else if (place.kind === 'machines') {
    for await (const { batch, machines } of machinesOf(ledger, wave, place.batch)) {
      put(batch, machines.map(lineOf));
      if (machinesNext !== undefined) break;
    }
  }
  const trailNext =
    machinesNext === undefined
      ? await writeTrail(dependencies, wave, archive, place, Math.max(1, limits.entries))
      : undefined;
  const next =
    machinesNext !== undefined
      ? `${place.part + 1}.m.${machinesNext}`
      : trailNext === undefined
        ? undefined
        : `${place.part + 1}.t.${trailNext}`;
  archive.close();
  const manifest: EvidenceManifest = {
    ...{ kind: 'ama-migration-evidence', version: 1, waveId: wave.id, part: place.part },
    ...{ last: next === undefined, at, evidence: report?.evidence ?? null, files: [...archive.files] },
  };
  archive.begin('manifest.json');
  archive.write(`${JSON.stringify(manifest, null, 2)}\n`);
  const name = `${wave.id}-evidence-${padded(place.part)}.zip`;
  return { name, part: place.part, zip: archive.end(), next, report };
}

/** What the first part has beside machines and trail. */
async function writeFirst(
  { plan }: ReportDependencies,
  wave: Wave,
  archive: ReturnType<typeof createArchive>,
  { report, rows, seals }: { report: WaveReport; rows: readonly MachineLine[]; seals: readonly unknown[] },
): Promise<void> {
  const files: readonly (readonly [string, string])[] = [
    ['README.txt', README],
    ['wave.json', waveText(wave)],
    ['plan.json', `${JSON.stringify(await plan(wave.planId), null, 2)}\n`],
    ['report.json', `${JSON.stringify(report, null, 2)}\n`],
    ['report.html', wavePage(report)],
    ['board.html', boardPage(report)],
    ['report.csv', csvText(MACHINE_COLUMNS, rows)],
    ['seals.jsonl', seals.map(lineOf).join('')],
  ];
  for (const [name, text] of files) {
    archive.begin(name);
    archive.write(text);
  }
}

/** Entries of the trail as the API exports them; where the rest begins. */
async function writeTrail(
  { ledger }: ReportDependencies,
  wave: Wave,
  archive: ReturnType<typeof createArchive>,
  place: Place,
  most: number,
): Promise<string | undefined> {
  archive.begin(`trail-${padded(place.part)}.jsonl`);
  let after = place.kind === 'trail' ? place.row : undefined;
  for (let left = most; left > 0; ) {
    const { rows, next } = await ledger.audit.page(wave.id, { limit: Math.min(1000, left), after });
    for (const { row, entry } of rows) archive.write(lineOf({ row, ...entry }));
    if (next === undefined) return undefined;
    left -= rows.length;
    after = next;
  }
  return after;
}

type Place =
  | { readonly kind: 'machines'; readonly part: number; readonly batch: number }
  | { readonly kind: 'trail'; readonly part: number; readonly row: string };

function placeOf(after: string | undefined): Place {
  const [, part, batch, row] = EVIDENCE_PLACE.exec(after ?? '') ?? [];
  if (part === undefined) return { kind: 'machines', part: 1, batch: 0 };
  const number = Math.max(2, Number(part));
  return batch === undefined
    ? { kind: 'trail', part: number, row: row ?? '' }
    : { kind: 'machines', part: number, batch: Number(batch) };
}

function padded(part: number): string {
  return String(part).padStart(4, '0');
}

const README = `Evidence of one wave of a migration from the Log Analytics agent to Azure Monitor Agent.

  board.html, report.html  the report; the first sheet is for a change board
  report.json, report.csv  the same as numbers, and a line for each machine of this part
  wave.json                the record: who asked, approved, held, promoted or aborted; gates and checks
  plan.json                the plan and its policy
  machines-*.jsonl         each machine: what was planned, outcome of each stage, verdict with its queries
  trail-*.jsonl            the audit trail in the order of time
  seals.jsonl              the chain of seals over the trail
  manifest.json            the files of this part with their hashes
  SHA256SUMS               the same for sha256sum

Large waves come in several archives; unpack them into one folder each.

Are the files as they were sent?
  sha256sum -c SHA256SUMS
Are they what a printed report names? Its hash "All three" is of three lines: the SHA-256 of wave.json, the SHA-256 of
all machines-*.jsonl one after the other, and the hash of the last seal ("-" where there is none):
  printf '%s\\n%s\\n%s\\n' "$(sha256sum < wave.json | cut -d' ' -f1)" \\
    "$(cat machines-*.jsonl | sha256sum | cut -d' ' -f1)" \\
    "$(tail -n 1 seals.jsonl | sed 's/.*"hash":"\\([0-9a-f]*\\)".*/\\1/')" | sha256sum
Is the trail as it was sealed? With a checkout of the app, and without any access to it:
  npm run ama -- evidence check *.zip
`;
