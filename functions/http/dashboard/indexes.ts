import { createWaveIndexes, type WaveIndexes } from '../../../shared/dashboard/wave-index.ts';
import type { Ledger } from '../../../shared/ledger/ledger.ts';
import type { Runtime } from '../../compose.ts';

/** One set of indexes a ledger; calls get ledgers of their own, whose waves are the same. */
const indexes = new WeakMap<Ledger['waves'], WaveIndexes>();

export function indexesOf({ ledger }: Pick<Runtime, 'ledger'>): WaveIndexes {
  const known = indexes.get(ledger.waves);
  if (known !== undefined) return known;
  const made = createWaveIndexes(ledger);
  indexes.set(ledger.waves, made);
  return made;
}
