import type { Facts } from '../facts.ts';
import { intendedFirst, noDoubleEffect } from './changes.ts';
import { sameEnd } from './final-state.ts';
import {
  countsAddUp,
  migratedListed,
  noLeaseLeft,
  nothingOpen,
  recordsAreTrue,
  recordsExplained,
} from './ledger.ts';
import { provenFirst } from './removal.ts';

/** What must hold after every run, whatever went wrong in it: each gives its violations as sentences. */
export const INVARIANTS: Readonly<Record<string, (facts: Facts, undisturbed: Facts) => string[]>> = {
  'same end as without faults': sameEnd,
  'verdict before removal': provenFirst,
  'no change twice': noDoubleEffect,
  'intent before change': intendedFirst,
  'no lease left': noLeaseLeft,
  'counts are the sum of records': countsAddUp,
  'migrated list is true': migratedListed,
  'trail explains the records': recordsExplained,
  'records match the estate': recordsAreTrue,
  'nothing failed or left running': nothingOpen,
};
