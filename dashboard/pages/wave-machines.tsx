import { useEffect, useState } from 'preact/hooks';
import { Badge, Empty, Loading, Time, Trouble } from '../parts/basics.tsx';
import { Pager } from '../parts/pager.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { to } from '../route.ts';
import type { WaveBoard, WaveTable } from '../types.ts';
import { usePoll } from '../use-poll.ts';
import { shortCell, word } from '../words.ts';

/** What narrows the list; empty: does not. */
export interface Filter {
  readonly search: string;
  readonly stage: string;
  readonly status: string;
  readonly reason: string;
  readonly verdict: string;
  readonly os: string;
  readonly cell: string;
}
export const NO_FILTER: Filter = {
  search: '',
  stage: '',
  status: '',
  reason: '',
  verdict: '',
  os: '',
  cell: '',
};

const SIZE = 50;
const COLUMNS = [
  ['name', 'Machine'],
  ['stage', 'Stage'],
  ['status', 'Outcome'],
  ['reason', 'Reason'],
  ['verdict', 'Data'],
  ['cell', 'Cell'],
  ['since', 'At the stage since'],
] as const;
type Sort = (typeof COLUMNS)[number][0];

interface Props {
  readonly wave: WaveBoard['wave'];
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
}

/** All machines of a wave, a page at a time; the app filters, searches and puts in order. */
export function MachineTable({ wave, filter, onFilter }: Props) {
  const [sort, setSort] = useState<{ by: Sort; order: 'asc' | 'desc' }>({ by: 'name', order: 'asc' });
  const [from, setFrom] = useState(0);
  const asked = JSON.stringify([filter, sort]);
  useEffect(() => setFrom(0), [asked]);
  const { data, error, refresh } = usePoll<WaveTable>(pathOf(wave.id, filter, sort, from), 10_000);
  return (
    <>
      <Filters wave={wave} filter={filter} onFilter={onFilter} />
      {data === undefined && error === undefined && <Loading what="machines" />}
      {data === undefined && error !== undefined && <Trouble error={error} again={refresh} />}
      {data !== undefined && data.total === 0 && (
        <Empty title={data.of === 0 ? 'The wave is not laid out yet' : 'No machine fits'}>
          {data.of === 0 ? undefined : (
            <button type="button" class="plain" onClick={() => onFilter(NO_FILTER)}>
              Show all machines
            </button>
          )}
        </Empty>
      )}
      {data !== undefined && data.total > 0 && (
        <>
          <Scroll label="Machines of the wave">
            <table>
              <thead>
                <tr>
                  {COLUMNS.map(([by, text]) => (
                    <th key={by} scope="col" aria-sort={sorted(by, sort)}>
                      <button type="button" class="sort" onClick={() => setSort(nextSort(by, sort))}>
                        {text}
                        <span aria-hidden="true" class="arrow">
                          {sort.by === by ? (sort.order === 'asc' ? '▲' : '▼') : ''}
                        </span>
                      </button>
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {data.machines.map((row) => (
                  <Row key={row.id} row={row} waveId={wave.id} />
                ))}
              </tbody>
            </table>
          </Scroll>
          <Pager from={from} shown={data.machines.length} total={data.total} size={SIZE} onGo={setFrom} />
        </>
      )}
    </>
  );
}

function Row({ row, waveId }: { readonly row: WaveTable['machines'][number]; readonly waveId: string }) {
  return (
    <tr>
      <th scope="row">
        <a href={to.machine(row.id, waveId)}>{row.name}</a>
        <span class="quiet"> {row.os}</span>
      </th>
      <td>{row.stage === null ? <span class="quiet">–</span> : word(row.stage)}</td>
      <td>
        <Badge term={row.status} />
      </td>
      <td class="message" title={row.text ?? undefined}>
        {row.text ?? <span class="quiet">–</span>}
      </td>
      <td>{row.verdict === null ? <span class="quiet">–</span> : <Badge term={row.verdict} />}</td>
      <td class="cell-name" title={row.cell}>
        {shortCell(row.cell)}
      </td>
      <td>
        <Time at={row.since} />
      </td>
    </tr>
  );
}

function pathOf(id: string, filter: Filter, sort: { by: Sort; order: string }, after: number): string {
  const given = Object.entries(filter).filter(([, value]) => value !== '');
  const query = new URLSearchParams({
    ...Object.fromEntries(given),
    ...{ sort: sort.by, order: sort.order, limit: String(SIZE), after: String(after) },
  });
  return `/waves/${encodeURIComponent(id)}/table?${query}`;
}

function sorted(by: Sort, sort: { by: Sort; order: string }): 'ascending' | 'descending' | 'none' {
  return sort.by !== by ? 'none' : sort.order === 'asc' ? 'ascending' : 'descending';
}

function nextSort(by: Sort, sort: { by: Sort; order: 'asc' | 'desc' }): { by: Sort; order: 'asc' | 'desc' } {
  return { by, order: sort.by === by && sort.order === 'asc' ? 'desc' : 'asc' };
}

const CHOICES = {
  stage: ['install', 'associate', 'verify', 'disableConnector', 'reverify', 'uninstall', 'confirm'],
  status: ['planned', 'waiting', 'blocked', 'failed', 'done', 'alreadyDone', 'skipped'],
  verdict: ['pass', 'fail', 'inconclusive', 'accepted'],
  os: ['windows', 'linux'],
} as const;
const LABELS = { stage: 'Stage', status: 'Outcome', verdict: 'Data', os: 'System' } as const;

/** A letter a request would be too many: the search waits until nothing is typed for a moment. */
const TYPING_MS = 250;

function Filters({ wave, filter, onFilter }: Props) {
  const [text, setText] = useState(filter.search);
  useEffect(() => setText(filter.search), [filter.search]);
  useEffect(() => {
    if (text === filter.search) return;
    const timer = setTimeout(() => onFilter({ ...filter, search: text }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, filter]);
  const cells = [...new Set(wave.cells.map(({ cell }) => cell))];
  return (
    <search class="filters" aria-label="Machines of the wave">
      <label>
        Search
        <input
          type="search"
          value={text}
          placeholder="Name or part of the id"
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      {(Object.keys(CHOICES) as (keyof typeof CHOICES)[]).map((name) => (
        <Choice
          key={name}
          label={LABELS[name]}
          value={filter[name]}
          choices={CHOICES[name].map((value) => [value, word(value)] as const)}
          onChange={(value) => onFilter({ ...filter, [name]: value })}
        />
      ))}
      {cells.length > 1 && (
        <Choice
          label="Cell"
          value={filter.cell}
          choices={cells.map((cell) => [cell, shortCell(cell)] as const)}
          onChange={(cell) => onFilter({ ...filter, cell })}
        />
      )}
      {filter.reason !== '' && (
        <button type="button" class="chip" onClick={() => onFilter({ ...filter, reason: '' })}>
          {filter.reason} <span aria-hidden="true">✕</span>
          <span class="unseen">, do not filter by this reason</span>
        </button>
      )}
      {Object.values(filter).some((value) => value !== '') && (
        <button type="button" class="plain" onClick={() => onFilter(NO_FILTER)}>
          Clear filters
        </button>
      )}
    </search>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly (readonly [string, string])[];
  readonly onChange: (value: string) => void;
}

export function Choice({ label, value, choices, onChange }: ChoiceProps) {
  return (
    <label>
      {label}
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">all</option>
        {choices.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
