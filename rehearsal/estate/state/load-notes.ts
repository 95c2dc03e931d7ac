import type { EstateFile } from '../file/schema.ts';
import { subtract } from '../intervals.ts';
import { guid } from '../random.ts';
import { addManualAgent } from './legacy-box.ts';
import type { State } from './state.ts';
import { periodOf } from './traits.ts';
import type { Workspace } from './types.ts';

/** What `behaviour` and `heartbeats` say about things other than one machine. */
export function loadNotes(state: State, file: EstateFile): void {
  const behaviour = file.behaviour ?? {};
  behaviour.locks?.forEach((lock, i) => {
    const name = lock.name ?? `rehearsal-lock-${i + 1}`;
    const id = `${lock.scope}/providers/Microsoft.Authorization/locks/${name}`;
    state.locks.set(id.toLowerCase(), {
      id,
      name,
      scope: lock.scope.toLowerCase(),
      level: lock.level,
      notes: undefined,
    });
  });
  for (const secret of behaviour.secrets ?? []) {
    const vault = secret.vault.toLowerCase();
    if (!state.vaults.has(vault)) state.vaults.set(vault, new Map());
    state.vaults.get(vault)?.set(secret.name.toLowerCase(), {
      name: secret.name,
      value: secret.value,
      enabled: secret.enabled ?? true,
    });
  }
  for (const entry of behaviour.droppedTables ?? []) {
    state.rules
      .get(entry.rule.toLowerCase())
      ?.dropped.push({ table: entry.table.toLowerCase(), period: periodOf(entry) });
  }
  for (const entry of file.usage ?? []) {
    const customer = findWorkspace(state, entry.workspace)?.customerId;
    if (customer === undefined) continue;
    const known = state.usage.get(customer);
    if (known === undefined) state.usage.set(customer, [entry]);
    else known.push(entry);
  }
  for (const entry of file.customRows ?? []) {
    const customer = findWorkspace(state, entry.workspace)?.customerId;
    if (customer !== undefined)
      state.customRows.set(customer, [...(state.customRows.get(customer) ?? []), entry]);
  }
  for (const entry of file.ingestionTrouble ?? []) {
    const customer = findWorkspace(state, entry.workspace)?.customerId;
    if (customer !== undefined)
      state.ingestionTrouble.set(customer, [...(state.ingestionTrouble.get(customer) ?? []), entry]);
  }
  for (const entry of behaviour.manualAgents ?? []) {
    const machine = state.machines.get(entry.machine.toLowerCase());
    const found = (entry.workspaces ?? []).flatMap((name) => findWorkspace(state, name) ?? []);
    if (machine !== undefined) addManualAgent(machine, found);
  }
  for (const entry of file.heartbeats ?? []) {
    const workspace = findWorkspace(state, entry.workspace ?? '');
    if (entry.machine !== undefined) {
      const machine = state.machines.get(entry.machine.toLowerCase());
      if (machine !== undefined) workspace?.reporters.add(machine);
      continue;
    }
    const computer = entry.computer ?? '';
    workspace?.lonely.push({
      computer,
      agent: entry.agent,
      category: entry.category ?? (entry.agent === 'ama' ? 'Azure Monitor Agent' : 'Direct Agent'),
      resourceId: entry.resourceId ?? '',
      agentId: entry.agentId ?? guid(state.seed, computer.toLowerCase(), 'agent'),
      vmId: entry.vmId ?? guid(state.seed, computer.toLowerCase(), 'vm'),
      os: entry.os ?? 'windows',
      solutions: entry.solutions ?? '',
      heard: subtract(
        periodOf(entry),
        (entry.gaps ?? []).flatMap((gap) => periodOf(gap)),
      ),
    });
  }
}

/** A workspace by customer id or by ARM id. */
export function findWorkspace(state: State, name: string): Workspace | undefined {
  const key = name.toLowerCase();
  return state.customers.get(key) ?? state.workspaces.get(key);
}
