import { useEffect, useState } from 'preact/hooks';
import { ApiError, get } from '../api.ts';
import { Card, Empty, Loading, Time, Trouble } from '../parts/basics.tsx';
import { Code } from '../parts/scroll.tsx';
import type { AuditPage } from '../types.ts';
import { count, word } from '../words.ts';

type Entry = AuditPage['entries'][number];

interface Props {
  readonly machineId: string;
  readonly waveId: string;
  /** When the machine was first looked at. */
  readonly from: string | undefined;
}

/** Pages read at once: a trail is kept by wave, and a machine's entries lie among those of others. */
const PAGES = 5;

export function MachineTrail({ machineId, waveId, from }: Props) {
  const [entries, setEntries] = useState<readonly Entry[]>([]);
  const [next, setNext] = useState<string>();
  const [state, setState] = useState<'busy' | 'idle' | ApiError>('busy');

  async function read(after: string | undefined) {
    setState('busy');
    try {
      let place = after;
      const found: Entry[] = [];
      for (let page = 0; page < PAGES; page += 1) {
        const query = new URLSearchParams({
          machine: machineId,
          limit: '200',
          ...(place === undefined ? {} : { after: place }),
        });
        const answer = await get<AuditPage>(`/waves/${encodeURIComponent(waveId)}/audit?${query}`);
        found.push(...answer.entries);
        place = answer.next;
        if (place === undefined || found.length >= 200) break;
      }
      setEntries((known) => (after === begin ? found : [...known, ...found]));
      setNext(place);
      setState('idle');
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setState(error);
    }
  }

  // Rows begin with their instant; the intent of a look is written a moment before its first record.
  const begin = from === undefined ? undefined : `${new Date(Date.parse(from) - 1000).toISOString()}|`;
  useEffect(() => {
    void read(begin);
  }, [machineId, waveId]);

  return (
    <Card title="Audit trail" class="wide" aside={<span class="figures">{count(entries.length)}</span>}>
      {entries.length === 0 && state === 'idle' && next === undefined && <Empty title="No entry about it" />}
      {entries.length > 0 && (
        <ol class="trail">
          {entries.map((entry) => (
            <Line key={entry.row} entry={entry} />
          ))}
        </ol>
      )}
      {state === 'busy' && <Loading what="the trail" />}
      {state instanceof ApiError && <Trouble error={state} again={() => read(begin)} />}
      {state === 'idle' && next !== undefined && (
        <button type="button" class="plain" onClick={() => read(next)}>
          Look further in the trail
        </button>
      )}
    </Card>
  );
}

function Line({ entry: { at, event, stage, message, by, data } }: { readonly entry: Entry }) {
  return (
    <li>
      <Time at={at} plain />
      <span class="trail-what">
        <strong>{event}</strong>
        {stage !== null && ` · ${word(stage)}`} <span class="quiet">by {by}</span>
        <br />
        {message}
        {data !== undefined && data !== null && (
          <details>
            <summary>Detail</summary>
            <Code>{JSON.stringify(data, null, 2)}</Code>
          </details>
        )}
      </span>
    </li>
  );
}
