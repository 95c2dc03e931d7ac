import { useState } from 'preact/hooks';
import { savedSoFar, savingsOf } from '../../shared/dashboard/savings.ts';
import { ApiError, appNow, get } from '../api.ts';
import { Card, Empty, Fact, Loading, Trouble } from '../parts/basics.tsx';
import type { DuplicateIngestion, Overview } from '../types.ts';
import { count, counted, decimal } from '../words.ts';

interface MoneyProps {
  readonly inventoryId: string | null;
  readonly waves: Overview['waves'];
}

type State =
  | { readonly at: 'idle' | 'busy' }
  | { readonly at: 'failed'; readonly error: ApiError }
  | { readonly at: 'measured'; readonly workspaces: DuplicateIngestion['workspaces'] };

/** Measuring takes queries, so a person asks for it. */
export function MoneyCard({ inventoryId, waves }: MoneyProps) {
  const [state, setState] = useState<State>({ at: 'idle' });
  const [price, setPrice] = useState('');

  async function measure() {
    setState({ at: 'busy' });
    try {
      setState({ at: 'measured', workspaces: await allWorkspaces() });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setState({ at: 'failed', error });
    }
  }

  return (
    <Card
      title="Paid twice, and saved"
      class="wide"
      aside={
        state.at === 'measured' ? (
          <button type="button" class="plain small" onClick={measure}>
            Measure again
          </button>
        ) : undefined
      }
    >
      {inventoryId === null && <Empty title="No inventory yet">It names the workspaces to measure.</Empty>}
      {inventoryId !== null && state.at === 'idle' && (
        <div class="offer">
          <p>
            While both agents of a machine collect, the same data is paid for twice. Measuring asks each
            workspace with a few queries.
          </p>
          <button type="button" onClick={measure}>
            Measure now
          </button>
        </div>
      )}
      {state.at === 'busy' && <Loading what="what is paid twice" />}
      {state.at === 'failed' && <Trouble error={state.error} again={measure} />}
      {state.at === 'measured' && (
        <Measured workspaces={state.workspaces} waves={waves} price={price} onPrice={setPrice} />
      )}
    </Card>
  );
}

async function allWorkspaces(): Promise<DuplicateIngestion['workspaces']> {
  const all: DuplicateIngestion['workspaces'][number][] = [];
  let after = '';
  do {
    const page = await get<DuplicateIngestion>(`/duplicate-ingestion?limit=20${after}`);
    all.push(...page.workspaces);
    after = page.next === undefined ? '' : `&after=${page.next}`;
  } while (after !== '');
  return all;
}

interface MeasuredProps {
  readonly workspaces: DuplicateIngestion['workspaces'];
  readonly waves: Overview['waves'];
  readonly price: string;
  readonly onPrice: (price: string) => void;
}

function Measured({ workspaces, waves, price, onPrice }: MeasuredProps) {
  const savings = savingsOf(workspaces);
  const removals = waves.flatMap(({ dryRun, migrated, finishedAt, createdAt }) =>
    dryRun || migrated === 0 ? [] : [{ machines: migrated, since: finishedAt ?? createdAt }],
  );
  const saved = savedSoFar(savings, removals, appNow());
  const perGb = /^\d{1,4}(\.\d{1,6})?$/.test(price) ? Number(price) : undefined;
  const amount = (gigabytes: number) =>
    `${decimal(gigabytes)} GB${perGb === undefined ? '' : ` · ${count(Math.round(gigabytes * perGb * 100) / 100)}`}`;
  return (
    <>
      <dl class="facts">
        <Fact name="Paid twice in a day">
          <strong>{amount(savings.twiceGbPerDay)}</strong>
        </Fact>
        <Fact name="Removal saves in a month">{amount(savings.removalSavesGbPerMonth)}</Fact>
        <Fact name="Saved so far, estimated">
          {saved === null ? 'no machine with both agents is heard to reckon with' : amount(saved)}
        </Fact>
      </dl>
      <p class="quiet">
        {counted(savings.machines, 'machine')} heard through both agents.
        {savings.unread > 0 && ` ${counted(savings.unread, 'workspace')} could not be read and is in no sum.`}
      </p>
      <label class="inline">
        Price of a gigabyte
        <input
          inputMode="decimal"
          size={6}
          value={price}
          placeholder="2.30"
          onInput={(event) => onPrice(event.currentTarget.value)}
        />
      </label>
    </>
  );
}
