import { z } from 'zod';
import type { OsType } from '../../model/agents.ts';
import type { Loss, Wanted } from './model.ts';
import { type Asked, byKey, loss, wanted } from './wanted.ts';

/**
 * Seconds between two readings that a rule takes.
 * Source: terraform-provider-azurerm, `monitor_data_collection_rule`, `sampling_frequency_in_seconds`.
 */
export const SAMPLING_SECONDS = { min: 1, max: 1800 } as const;

/** An interval of a workspace; templates leave it a text now and then. None of zero or less: that is no interval. */
export const IntervalSeconds = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number),
  ])
  .pipe(z.number().positive());

export interface Counter {
  readonly specifier: string;
  readonly intervalSeconds: number;
}

/** The interval to use: the nearest a rule takes. */
export function allowedInterval(seconds: number): number {
  return Math.min(SAMPLING_SECONDS.max, Math.max(SAMPLING_SECONDS.min, Math.round(seconds)));
}

/**
 * Each counter once. Two intervals for one counter would write its rows twice, so the shorter one is taken:
 * it holds all that the longer one would have given. Case makes no other counter.
 */
export function collectCounters(
  asked: readonly Asked<Counter>[],
  os: OsType,
): { readonly wanted: readonly Wanted[]; readonly losses: readonly Loss[] } {
  const groups = byKey(asked, ({ specifier }) => specifier.toLowerCase()).map((group) => {
    const [{ value: first }] = group;
    const asked = [...new Set(group.map(({ value }) => value.intervalSeconds))].sort((a, b) => a - b);
    const shortest = Math.min(...asked.map(allowedInterval));
    return {
      wanted: wanted(
        {
          what: 'counter',
          os,
          stream: 'Microsoft-Perf',
          specifier: first.specifier,
          intervalSeconds: shortest,
          ...(asked.length === 1 && asked[0] === shortest ? {} : { askedSeconds: asked }),
        },
        group,
      ),
      losses: group.flatMap(({ origin, value: { intervalSeconds } }) => [
        ...(allowedInterval(intervalSeconds) === intervalSeconds
          ? []
          : [loss(origin, 'intervalOutOfRange', `${intervalSeconds} s`)]),
        ...(allowedInterval(intervalSeconds) === shortest
          ? []
          : [loss(origin, 'intervalMerged', `${intervalSeconds} s, collected every ${shortest} s`)]),
      ]),
    };
  });
  return { wanted: groups.map((one) => one.wanted), losses: groups.flatMap(({ losses }) => losses) };
}
