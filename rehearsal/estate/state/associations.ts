import { EVER, NEVER } from '../intervals.ts';
import { dict, text } from '../json.ts';
import { drawn, type State } from './state.ts';
import type { Association, Machine, Rule } from './types.ts';

/** Puts an association on a machine from `at` on; one of the same name ends. */
export function addAssociation(
  state: State,
  machine: Machine,
  name: string,
  properties: unknown,
  at: number,
  id?: string,
): Association {
  const p = dict(properties);
  const ruleId = text(p['dataCollectionRuleId']);
  const endpointId = text(p['dataCollectionEndpointId']);
  const before = machine.associations.get(name.toLowerCase());
  const same =
    before !== undefined &&
    before.ruleKey === ruleId?.toLowerCase() &&
    before.endpointKey === endpointId?.toLowerCase();
  // An unchanged association is not fetched anew, so what it delivers does not pause.
  const settled = at === EVER;
  const delay = (range: { min: number; max: number }, purpose: string) =>
    settled ? at : at + drawn(state, range, machine.key, purpose, (ruleId ?? '').toLowerCase());
  const association: Association = {
    id:
      before?.id ?? id ?? `${machine.id}/providers/Microsoft.Insights/dataCollectionRuleAssociations/${name}`,
    name: before?.name ?? name,
    ruleId,
    rule: ruleId === undefined ? undefined : state.rules.get(ruleId.toLowerCase()),
    ruleKey: ruleId?.toLowerCase(),
    endpointId,
    endpointKey: endpointId?.toLowerCase(),
    description: p['description'],
    from: same ? before.from : at,
    dataFrom: same ? before.dataFrom : delay(state.durations.config, 'config'),
    heardFrom: same ? before.heardFrom : delay(state.durations.firstHeartbeat, 'heartbeat'),
    until: NEVER,
  };
  if (before !== undefined) retire(machine, before, same ? EVER : at);
  machine.associations.set(name.toLowerCase(), association);
  machine.links.push(association);
  const { rule } = association;
  if (rule !== undefined) {
    rule.machines.add(machine);
    reportTo(state, machine, rule);
  }
  return association;
}

/** Takes an association off a machine. */
export function removeAssociation(machine: Machine, name: string, at: number): boolean {
  const association = machine.associations.get(name.toLowerCase());
  if (association === undefined) return false;
  retire(machine, association, at);
  machine.associations.delete(name.toLowerCase());
  const { rule } = association;
  const others = [...machine.associations.values()].some((other) => other.ruleKey === association.ruleKey);
  if (rule !== undefined && !others) rule.machines.delete(machine);
  return true;
}

/** A machine may now write to every workspace its rule names. */
export function reportTo(state: State, machine: Machine, rule: Rule): void {
  for (const customer of rule.versions.at(-1)?.destinations ?? [])
    for (const one of [machine, ...machine.members]) state.customers.get(customer)?.reporters.add(one);
}

function retire(machine: Machine, association: Association, at: number): void {
  association.until = at;
  if (at === EVER) machine.links.splice(machine.links.indexOf(association), 1);
}
