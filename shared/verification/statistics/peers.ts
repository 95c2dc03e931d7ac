import { type HourCount, median, medianDeviation, sumOf } from './series.ts';

/** What a machine without a baseline is held to. */
export interface SufficiencyOptions {
  /** Machines with the same system and rules below which nothing is plausible or not. */
  readonly minPeers: number;
  /** Robust standard deviations under the peers' median at which a rate is no longer plausible. */
  readonly maxDeviations: number;
  /** Of the peers' median, the share from which on a rate is plausible however alike the peers are. */
  readonly plausibleShare: number;
  /** Hours of the window that must be known. */
  readonly minHours: number;
  /** Probability with which an empty stream may fail though nothing is lost. */
  readonly failAlpha: number;
}

export const SUFFICIENCY: SufficiencyOptions = {
  minPeers: 5,
  maxDeviations: 3,
  plausibleShare: 0.5,
  minHours: 3,
  failAlpha: 0.02,
};

export interface Sufficiency {
  readonly result: 'pass' | 'fail' | 'inconclusive';
  readonly reason?: 'tooFewPeers' | 'tooShort' | 'noRows' | 'stale' | 'unusual';
  /** Rows an hour; the peers' median; robust standard deviations between them, on the logarithmic scale. */
  readonly rate: number;
  readonly peerRate: number;
  readonly deviations: number;
}

/** What one machine writes of a stream, all its hours together: computed once, for it is a peer of many. */
export interface Flow {
  /** All rows, also of hours that are not known to the end. */
  readonly rows: number;
  /** Known hours; parts of hours count as such. */
  readonly exposure: number;
  /** Rows a known hour; NaN where none is known. */
  readonly rate: number;
}

export function flowOf(hours: readonly HourCount[]): Flow {
  const exposure = sumOf(hours, (hour) => hour.exposure);
  const rows = sumOf(hours, (hour) => hour.rows);
  return { rows, exposure, rate: sumOf(hours, (hour) => (hour.exposure > 0 ? hour.rows : 0)) / exposure };
}

/** The peers vary by a tenth at least, however alike they look. */
const MIN_SPREAD = 0.1;

/**
 * Whether a machine on which only the new agent ever wrote has enough of a stream, beside machines with
 * the same system and rules. It shows that the stream exists, is fresh and of a usual size; it cannot
 * show that a fifth is missing. `fresh` says whether the last row is young enough.
 */
export function judgeSufficiency(
  { exposure, rate: ownRate }: Flow,
  peers: readonly Flow[],
  { fresh, options = SUFFICIENCY }: { readonly fresh: boolean; readonly options?: SufficiencyOptions },
): Sufficiency {
  const rates = peers.filter((peer) => peer.exposure > 0).map((peer) => peer.rate);
  const writing = rates.filter((rate) => rate > 0).map(Math.log);
  const middle = median(writing);
  const rate = exposure > 0 ? ownRate : 0;
  const spread = Math.max(MIN_SPREAD, medianDeviation(writing, middle));
  const deviations = rate > 0 ? (Math.log(rate) - middle) / spread : Number.NEGATIVE_INFINITY;
  const seen = { rate, peerRate: writing.length > 0 ? Math.exp(middle) : 0, deviations };
  const waits = (reason: NonNullable<Sufficiency['reason']>): Sufficiency => ({
    ...{ result: 'inconclusive', reason },
    ...seen,
  });
  if (exposure < options.minHours) return waits('tooShort');
  if (rate === 0) {
    // Half an empty peer is added, so that it takes many peers to say that every machine must write.
    const emptyShare = (rates.length - writing.length + 0.5) / (rates.length + 1);
    return emptyShare < options.failAlpha ? { result: 'fail', reason: 'noRows', ...seen } : waits('noRows');
  }
  if (!fresh) return waits('stale');
  if (writing.length < options.minPeers) return waits('tooFewPeers');
  const isUnusual = deviations < -options.maxDeviations && rate < options.plausibleShare * seen.peerRate;
  return isUnusual ? waits('unusual') : { result: 'pass', ...seen };
}
