import { useEffect, useState } from 'preact/hooks';
import { Badge, Empty, Loading, Time, Trouble } from '../parts/basics.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { to } from '../route.ts';
import type { InventoryMachines } from '../types.ts';
import { usePoll } from '../use-poll.ts';
import { count, word } from '../words.ts';
import { Choice } from './wave-machines.tsx';

const SIZE = 50;
const CHOICES = {
  status: ['ready', 'blocked', 'alreadyMigrated', 'notApplicable'],
  kind: ['azureVm', 'arcServer', 'scaleSet', 'unmanaged'],
  os: ['windows', 'linux', 'unknown'],
} as const;
const LABELS = { status: 'Assessment', kind: 'Kind', os: 'System' } as const;
type Name = keyof typeof CHOICES;

/** Machines of the newest inventory. Pages follow one another: an inventory is read in the order of its keys. */
export function InventoryList({ query }: { readonly query: URLSearchParams }) {
  const [search, setSearch] = useState('');
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<Readonly<Record<Name, string>>>({ status: '', kind: '', os: '' });
  // Places of the pages before, so that one can go back.
  const [places, setPlaces] = useState<readonly string[]>([]);
  const reason = query.get('reason') ?? '';
  const finding = query.get('finding') ?? '';
  useEffect(() => {
    const timer = setTimeout(() => setSearch(typed.trim()), 300);
    return () => clearTimeout(timer);
  }, [typed]);
  const asked = JSON.stringify([search, chosen, reason, finding]);
  useEffect(() => setPlaces([]), [asked]);
  const given = Object.entries({ search, ...chosen, reason, finding, after: places.at(-1) ?? '' });
  const text = new URLSearchParams({
    limit: String(SIZE),
    ...Object.fromEntries(given.filter(([, value]) => value !== '')),
  });
  const { data, error, refresh } = usePoll<InventoryMachines>(`/inventories/latest/machines?${text}`, 60_000);
  return (
    <>
      <search class="filters" aria-label="Machines of the inventory">
        <label>
          Search
          <input
            type="search"
            value={typed}
            placeholder="Name or part of the id"
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </label>
        {(Object.keys(CHOICES) as Name[]).map((name) => (
          <Choice
            key={name}
            label={LABELS[name]}
            value={chosen[name]}
            choices={CHOICES[name].map((value) => [value, word(value)] as const)}
            onChange={(value) => setChosen({ ...chosen, [name]: value })}
          />
        ))}
        {[reason, finding].filter(Boolean).map((code) => (
          <a key={code} class="chip" href={to.inventory()}>
            {code} <span aria-hidden="true">✕</span>
            <span class="unseen">, do not filter by it</span>
          </a>
        ))}
      </search>
      {data === undefined && error === undefined && <Loading what="machines" />}
      {data === undefined && error !== undefined && <Trouble error={error} again={refresh} />}
      {data !== undefined && data.machines.length === 0 && (
        <Empty
          title={data.next === undefined ? 'No machine fits' : 'None among the machines looked at so far'}
        />
      )}
      {data !== undefined && data.machines.length > 0 && <List machines={data.machines} />}
      {data !== undefined && (
        <nav class="pager" aria-label="Pages of machines">
          <span class="figures" role="status">
            {count(data.machines.length)} on this page
          </span>
          <span class="buttons">
            <button
              type="button"
              class="plain"
              disabled={places.length === 0}
              onClick={() => setPlaces(places.slice(0, -1))}
            >
              Previous
            </button>
            <button
              type="button"
              class="plain"
              disabled={data.next === undefined}
              onClick={() => data.next !== undefined && setPlaces([...places, data.next])}
            >
              Next
            </button>
          </span>
        </nav>
      )}
    </>
  );
}

function List({ machines }: Pick<InventoryMachines, 'machines'>) {
  return (
    <Scroll label="Machines of the inventory">
      <table>
        <thead>
          <tr>
            <th scope="col">Machine</th>
            <th scope="col">Assessment</th>
            <th scope="col">Kind</th>
            <th scope="col">System</th>
            <th scope="col">Region</th>
            <th scope="col">Legacy last heard</th>
            <th scope="col">AMA last heard</th>
          </tr>
        </thead>
        <tbody>
          {machines.map((machine) => (
            <tr key={machine.id}>
              <th scope="row">
                <a href={to.machine(machine.id)}>{machine.name}</a>
              </th>
              <td>
                <Badge term={machine.assessment.status} />
              </td>
              <td>{word(machine.kind)}</td>
              <td>{machine.osName ?? machine.os}</td>
              <td>{machine.region}</td>
              <td>
                <Time at={machine.heartbeats.legacy} plain />
              </td>
              <td>
                <Time at={machine.heartbeats.ama} plain />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
