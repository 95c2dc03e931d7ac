import { dig } from '../json.ts';
import type { Other, State } from '../state/state.ts';
import { dynamic, nameOf, str } from './kusto.ts';
import { canonical } from './rows-collection.ts';

type Row = Record<string, unknown>;

export function alertRuleRow(one: Other): Row {
  const p = one.resource['properties'];
  return {
    id: one.id,
    name: nameOf(one),
    displayName: str(dig(p, 'displayName')),
    enabled: str(dig(p, 'enabled')),
    scopes: dynamic(dig(p, 'scopes')),
    criteria: dynamic(dig(p, 'criteria')),
    source: dynamic(dig(p, 'source')),
  };
}

export function workbookRow(state: State, one: Other): Row {
  const p = one.resource['properties'];
  return {
    id: one.id,
    name: nameOf(one),
    subscriptionId: canonical(state, one.id),
    displayName: str(dig(p, 'displayName')),
    sourceId: str(dig(p, 'sourceId')),
  };
}
