import { type HourCount, medianWithout, NORMAL_DEVIATION, sumOf } from './series.ts';

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

/** What a machine is compared with. */
export interface Peers {
  readonly count: number;
  /** Those with rows, also in hours that are not known to the end. */
  readonly withRows: number;
  /** Those with known hours, and those of them that write in such hours. */
  readonly known: number;
  readonly writing: number;
  /** Median and scaled median absolute deviation of their rates' logarithms; NaN where none writes. */
  readonly middle: number;
  readonly deviation: number;
}

/**
 * Machines that are each other's peers. Gives what all of them are but for one: each machine of many is compared with
 * all others, so what is the same for all is worked out once.
 */
export function peerGroup(flows: readonly Flow[]): (left?: Flow) => Peers {
  const logs = Float64Array.from(flows.filter(isWriting), ({ rate }) => Math.log(rate)).sort();
  const all = countsOf(flows);
  // Whoever is left out, there are at most three middles.
  const distances = new Map<number, Float64Array>();
  const distancesFrom = (middle: number): Float64Array => {
    const found = distances.get(middle) ?? logs.map((log) => Math.abs(log - middle)).sort();
    distances.set(middle, found);
    return found;
  };
  return (left) => {
    const own = left !== undefined && isWriting(left) ? Math.log(left.rate) : undefined;
    const middle = medianWithout(logs, own);
    const distance = own === undefined ? undefined : Math.abs(own - middle);
    const less = countsOf(left === undefined ? [] : [left]);
    return {
      count: all.count - less.count,
      withRows: all.withRows - less.withRows,
      known: all.known - less.known,
      writing: all.writing - less.writing,
      middle,
      deviation: NORMAL_DEVIATION * medianWithout(distancesFrom(middle), distance),
    };
  };
}

function isWriting({ exposure, rate }: Flow): boolean {
  return exposure > 0 && rate > 0;
}

function countsOf(flows: readonly Flow[]): Pick<Peers, 'count' | 'withRows' | 'known' | 'writing'> {
  return {
    count: flows.length,
    withRows: flows.filter(({ rows }) => rows > 0).length,
    known: flows.filter(({ exposure }) => exposure > 0).length,
    writing: flows.filter(isWriting).length,
  };
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
  { known, writing, middle, deviation }: Peers,
  { fresh, options = SUFFICIENCY }: { readonly fresh: boolean; readonly options?: SufficiencyOptions },
): Sufficiency {
  const rate = exposure > 0 ? ownRate : 0;
  const spread = Math.max(MIN_SPREAD, deviation);
  const deviations = rate > 0 ? (Math.log(rate) - middle) / spread : Number.NEGATIVE_INFINITY;
  const seen = { rate, peerRate: writing > 0 ? Math.exp(middle) : 0, deviations };
  const waits = (reason: NonNullable<Sufficiency['reason']>): Sufficiency => ({
    ...{ result: 'inconclusive', reason },
    ...seen,
  });
  if (exposure < options.minHours) return waits('tooShort');
  if (rate === 0) {
    // Half an empty peer is added, so that it takes many peers to say that every machine must write.
    const emptyShare = (known - writing + 0.5) / (known + 1);
    return emptyShare < options.failAlpha ? { result: 'fail', reason: 'noRows', ...seen } : waits('noRows');
  }
  if (!fresh) return waits('stale');
  if (writing < options.minPeers) return waits('tooFewPeers');
  const isUnusual = deviations < -options.maxDeviations && rate < options.plausibleShare * seen.peerRate;
  return isUnusual ? waits('unusual') : { result: 'pass', ...seen };
}
