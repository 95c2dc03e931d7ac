import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLedger, type Ledger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import { batchId } from '../../../shared/model/wave.ts';
import { contentDigest, SUMS } from '../../../shared/reports/archive.ts';
import { checkEvidence } from '../../../shared/reports/check-evidence.ts';
import { EVIDENCE_PLACE, type EvidencePart, waveEvidence } from '../../../shared/reports/evidence.ts';
import { readWaveReport } from '../../../shared/reports/read.ts';
import { at, aWaveMachine, CELL, must, NOW } from '../../support/builders.ts';
import { MIGRATED, PASS, sampleReport } from './facts.ts';

/** A ledger with a wave of so many batches of two machines, and a trail that is sealed. */
async function aLedgerWithAWave(batches: number, entries: number) {
  const ledger = createLedger(await openSqliteStore(':memory:'));
  onTestFinished(() => ledger.close());
  const { plan, wave: sample } = sampleReport();
  const cells = [{ cell: CELL, kind: 'azureVm', batches, machines: batches * 2, batchSize: 2 } as const];
  const wave = { ...sample, cells, machineCount: batches * 2, startKey: 'secret-digest' };
  await ledger.waves.create(wave);
  for (let batch = 0; batch < batches; batch += 1) {
    const machines = ['a', 'b'].map((name) =>
      aWaveMachine(`${name}-${batch}`, {}, { outcomes: MIGRATED, verdict: PASS }),
    );
    await ledger.waves.putBatch(wave.id, batchId(0, batch), machines);
  }
  const trail = Array.from({ length: entries }, (_, i) => ({
    ...{ at: at(-9000 + i), waveId: wave.id, machineId: null, stage: null, event: 'control' as const },
    ...{ message: `entry ${i}`, by: 'olive', data: { i, text: 'ü "quoted"' } },
  }));
  await ledger.audit.append('t', trail);
  await ledger.seals.seal(wave.id, NOW);
  const dependencies = { ledger, now: () => NOW, plan: async () => plan };
  return { ledger, wave, plan, dependencies };
}

type Dependencies = Awaited<ReturnType<typeof aLedgerWithAWave>>['dependencies'];
type Wave = Awaited<ReturnType<typeof aLedgerWithAWave>>['wave'];

async function allParts(
  dependencies: Dependencies,
  wave: Wave,
  limits = { machines: 5000, entries: 50_000 },
) {
  const parts: EvidencePart[] = [];
  let after: string | undefined;
  do {
    const part = await waveEvidence(dependencies, wave, { after, limits });
    parts.push(part);
    after = part.next;
    if (after !== undefined) expect(after).toMatch(EVIDENCE_PLACE);
  } while (after !== undefined && parts.length < 100);
  return parts;
}

const check = (parts: readonly { name: string; zip: Uint8Array }[]) =>
  checkEvidence(parts.map(({ name, zip }) => ({ name, read: () => zip })));

/** The same archive with a file changed, its own hashes made to fit where that is wanted. */
function tampered(
  zip: Uint8Array,
  file: string,
  change: (text: string) => string,
  mended = false,
): Uint8Array {
  const files = unzipSync(zip);
  const before = Buffer.from(must(files[file])).toString();
  const text = change(before);
  expect(text).not.toBe(before);
  files[file] = Buffer.from(text);
  if (mended) {
    const hash = createHash('sha256').update(text).digest('hex');
    const old = createHash('sha256').update(before).digest('hex');
    const fitting = (name: string) => Buffer.from(must(files[name])).toString().replace(old, hash);
    files['manifest.json'] = Buffer.from(fitting('manifest.json'));
    const manifest = createHash('sha256').update(files['manifest.json']).digest('hex');
    files[SUMS] = Buffer.from(fitting(SUMS).replace(/^\S+( {2}manifest\.json)$/m, `${manifest}$1`));
  }
  return zipSync(files);
}

describe('the evidence of a wave', () => {
  it('is one archive with everything, whose hash is that of the report', async () => {
    const { wave, dependencies } = await aLedgerWithAWave(3, 10);
    const [part, ...more] = await allParts(dependencies, wave);
    expect(more).toEqual([]);
    const files = unzipSync(must(part).zip);
    expect(Object.keys(files).sort()).toEqual(
      ['README.txt', SUMS, 'board.html', 'machines-0001.jsonl', 'manifest.json', 'plan.json', 'report.csv']
        .concat(['report.html', 'report.json', 'seals.jsonl', 'trail-0001.jsonl', 'wave.json'])
        .sort(),
    );
    expect(JSON.stringify(Object.values(files).map((file) => Buffer.from(file).toString()))).not.toContain(
      'secret-digest',
    );
    const report = await readWaveReport(dependencies, wave);
    expect(must(part).report).toEqual(report);
    expect(check([must(part)])).toEqual({
      ...{ intact: true, waveId: wave.id, parts: 1, files: 11, machines: 6, entries: 10, unsealed: 0 },
      ...{ hash: report.evidence.hash, faults: [] },
    });
    expect(Buffer.from(must(files['board.html'])).toString()).toContain(report.evidence.hash);
  });

  it('is the same bytes for the same wave at the same time', async () => {
    const { wave, dependencies } = await aLedgerWithAWave(2, 3);
    const [first, second] = [await waveEvidence(dependencies, wave), await waveEvidence(dependencies, wave)];
    expect(contentDigest(first.zip)).toBe(contentDigest(second.zip));
  });

  it.each([
    [2, 4, 7],
    [3, 100, 5],
    [1, 1, 12],
  ])(
    'comes in parts of %d machines and %d entries, which say the same together',
    async (machines, entries, parts) => {
      const { wave, dependencies } = await aLedgerWithAWave(4, 12);
      const whole = await allParts(dependencies, wave);
      const split = await allParts(dependencies, wave, { machines, entries });
      expect(split.length).toBeGreaterThan(1);
      expect(split.length).toBeLessThanOrEqual(parts + 8);
      const [one, many] = [check(whole), check(split)];
      expect(many).toMatchObject({
        intact: true,
        machines: 8,
        entries: 12,
        hash: one.hash,
        parts: split.length,
      });
    },
  );

  it('is verified by the commands its README names', async () => {
    const { wave, dependencies } = await aLedgerWithAWave(3, 10);
    const { zip, report } = await waveEvidence(dependencies, wave);
    const folder = mkdtempSync(join(tmpdir(), 'evidence-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const files = unzipSync(zip);
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const sh = (script: string) => spawnSync('sh', ['-c', script], { cwd: folder, encoding: 'utf8' });
    expect(sh(`sha256sum -c ${SUMS}`)).toMatchObject({ status: 0 });
    const command = /^ {2}(printf [\s\S]*?\| sha256sum)$/m.exec(
      Buffer.from(must(files['README.txt'])).toString(),
    );
    expect(sh(must(command?.[1])).stdout.slice(0, 64)).toBe(must(report).evidence.hash);
    writeFileSync(join(folder, 'wave.json'), '{}');
    expect(sh(`sha256sum -c ${SUMS}`).status).not.toBe(0);
  });

  it.each([
    ['wave.json', (text: string) => text.replace('anna@', 'mary@')],
    ['machines-0001.jsonl', (text: string) => text.replace('"result":"pass"', '"result":"fail"')],
    ['machines-0001.jsonl', (text: string) => text.split('\n').slice(1).join('\n')],
    ['trail-0001.jsonl', (text: string) => text.replace('entry 3', 'entry 4')],
    ['trail-0001.jsonl', (text: string) => text.split('\n').slice(1).join('\n')],
    ['trail-0001.jsonl', (text: string) => `${text.split('\n')[0]?.replace('olive', 'oscar')}\n${text}`],
    ['seals.jsonl', (text: string) => text.replace(/"hash":"./, '"hash":"x')],
  ])('shows a change of %s, even where its hashes were made to fit', async (file, change) => {
    const { wave, dependencies } = await aLedgerWithAWave(2, 10);
    const part = await waveEvidence(dependencies, wave);
    for (const mended of [false, true]) {
      const found = check([{ name: 'x.zip', zip: tampered(part.zip, file, change, mended) }]);
      expect([mended, found.intact]).toEqual([mended, false]);
      expect(found.faults.length).toBeGreaterThan(0);
    }
  });

  it('misses parts, and tells what is no evidence', async () => {
    const { wave, dependencies } = await aLedgerWithAWave(4, 6);
    const parts = await allParts(dependencies, wave, { machines: 2, entries: 2 });
    expect(check(parts.slice(1)).faults).toContain('The first part is missing.');
    expect(check(parts.slice(0, -1)).faults).toContain('The last part is missing.');
    expect(check(parts.toSpliced(1, 1)).intact).toBe(false);
    expect(check([...parts, must(parts[0])]).intact).toBe(false);
    expect(check([{ name: 'x.zip', zip: Buffer.from('no zip') }]).faults[0]).toMatch(/x\.zip is no archive/);
    expect(check([{ name: 'x.zip', zip: zipSync({ 'a.txt': Buffer.from('a') }) }]).faults.join()).toContain(
      'no manifest',
    );
    expect(check([]).faults).toEqual(['The first part is missing.']);
  });

  it('names no batch twice when memory must stay small: batches are read ahead, never all', async () => {
    const { ledger, wave, plan } = await aLedgerWithAWave(60, 1);
    let open = 0;
    let most = 0;
    const waves: Ledger['waves'] = {
      ...ledger.waves,
      batch: async (id, batch) => {
        open += 1;
        most = Math.max(most, open);
        const read = await ledger.waves.batch(id, batch);
        open -= 1;
        return read;
      },
    };
    const { zip } = await waveEvidence(
      { ledger: { ...ledger, waves }, now: () => NOW, plan: async () => plan },
      wave,
    );
    expect(most).toBeLessThanOrEqual(16);
    expect(check([{ name: 'x', zip }])).toMatchObject({ intact: true, machines: 120 });
  });
});
