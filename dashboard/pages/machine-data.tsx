import { Badge, Card, Empty, Time } from '../parts/basics.tsx';
import { Chart, Legend, type Series } from '../parts/chart.tsx';
import { Code } from '../parts/scroll.tsx';
import type { Evidence, MachineAnswer } from '../types.ts';
import { count, decimal, lastPart, percent } from '../words.ts';

/** Whether data goes on, table by table, with the rates before and after. */
export function MachineData({ data: { inWave } }: { readonly data: MachineAnswer }) {
  const verdict = inWave?.verdict ?? null;
  return (
    <Card
      title="Data, before and after"
      class="wide"
      aside={verdict !== null && <Badge term={verdict.result} />}
    >
      {verdict === null ? (
        <Empty title="No verdict yet">Data is judged after the rules have been associated.</Empty>
      ) : (
        <>
          {verdict.accepted !== undefined && (
            <p class="note warn">
              Accepted by {verdict.accepted.by}: {verdict.accepted.reason} (until{' '}
              <Time at={verdict.accepted.expiresAt} plain />)
            </p>
          )}
          {verdict.evidence.length === 0 && <Empty title="The verdict names no table" />}
          <div class="tables">
            {verdict.evidence.map((evidence) => (
              <Table key={`${evidence.workspaceId} ${evidence.table}`} evidence={evidence} />
            ))}
          </div>
        </>
      )}
    </Card>
  );
}

function Table({ evidence }: { readonly evidence: Evidence }) {
  const { table, workspaceId, result, rows, baselineRows, share, sentence, lastRow, missingKeys, mode } =
    evidence;
  const after = rateOf(rows, evidence.since, evidence.until);
  const before =
    evidence.baseline === undefined
      ? undefined
      : rateOf(baselineRows, evidence.baseline.since, evidence.baseline.until);
  return (
    <article class="table-card">
      <h3>
        {table} <Badge term={result} />
      </h3>
      <p class="quiet">
        {lastPart(workspaceId)}
        {mode !== undefined && ` · compared by ${mode}`} · last row <Time at={lastRow} plain />
      </p>
      <Rates evidence={evidence} before={before} after={after} />
      <p class="figures">
        {before === undefined ? 'Nothing to compare with' : `${decimal(before)} rows an hour before`},{' '}
        {decimal(after)} after
        {share !== undefined && ` · ${percent(share.estimate)} of what is expected`}
        {share !== undefined && ` (${percent(share.low)} to ${percent(share.high)})`}
      </p>
      {sentence !== undefined && <p>{sentence}</p>}
      {(missingKeys?.length ?? 0) > 0 && <p class="note warn">No longer comes: {missingKeys?.join(', ')}</p>}
      <details>
        <summary>Evidence</summary>
        <p class="quiet">
          {count(rows)} rows, <Time at={evidence.since} plain /> to <Time at={evidence.until} plain />
          {evidence.expectedRows !== undefined && `; ${count(Math.round(evidence.expectedRows))} expected`}
        </p>
        <Code>{evidence.query}</Code>
      </details>
    </article>
  );
}

interface RatesProps {
  readonly evidence: Evidence;
  readonly before: number | undefined;
  readonly after: number;
}

/** Two stretches of time, each at its mean rate: that is what the verdict knows. */
function Rates({ evidence, before, after }: RatesProps) {
  const { baseline, since, until, table } = evidence;
  const seconds = (iso: string) => Date.parse(iso) / 1000;
  const own = [seconds(since), seconds(until)];
  const isApart = baseline !== undefined && seconds(baseline.until) < seconds(since);
  const earlier =
    baseline === undefined || before === undefined || !isApart
      ? []
      : [seconds(baseline.since), seconds(baseline.until)];
  const gap = earlier.length === 0 ? [] : [(earlier[1] ?? 0) + 1];
  const times = [...earlier, ...gap, ...own];
  const series: Series[] = [
    {
      name: 'Before',
      colour: 'rate-before',
      points: true,
      values: [
        ...earlier.map(() => before ?? null),
        ...gap.map(() => null),
        ...own.map(() => (isApart ? null : (before ?? null))),
      ],
      dash: !isApart,
    },
    {
      name: 'After',
      colour: 'rate-after',
      points: true,
      values: [...earlier.map(() => null), ...gap.map(() => null), ...own.map(() => after)],
    },
  ];
  const shown = before === undefined ? series.slice(1) : series;
  return (
    <>
      <Chart
        label={`${table}: ${before === undefined ? 'no rate before' : `${decimal(before)} rows an hour before`}, ${decimal(after)} after`}
        times={times}
        series={shown}
        height={130}
      />
      <Legend series={shown.map(({ name, colour }) => ({ name: `${name}, rows an hour`, colour }))} />
    </>
  );
}

export function rateOf(rows: number, since: string, until: string): number {
  const hours = (Date.parse(until) - Date.parse(since)) / 3_600_000;
  return hours > 0 ? rows / hours : 0;
}
