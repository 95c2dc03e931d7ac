import type { EstateFile } from '../file/schema.ts';
import { subtract } from '../intervals.ts';
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
  for (const entry of file.heartbeats ?? []) {
    if (entry.computer === undefined) continue;
    findWorkspace(state, entry.workspace ?? '')?.lonely.push({
      computer: entry.computer,
      agent: entry.agent,
      category: entry.category ?? (entry.agent === 'ama' ? 'Azure Monitor Agent' : 'Direct Agent'),
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
