import { z } from 'zod';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { Workspace } from '../../shared/model/machine.ts';
import type { Runtime } from '../compose.ts';
import { findCompleted } from './inventories.ts';
import { Problem } from './problem.ts';

/** Why and by whom: every change of this part of the API asks for both. */
export const reason = z.string().trim().min(1).max(500);
export const by = z.string().min(1).max(200).optional();

export interface Found {
  readonly inventory: Inventory;
  readonly workspace: Workspace;
}

/**
 * The workspace of an inventory by its customer id. Resource ids hold slashes, names repeat; the GUID that agents
 * know a workspace by fits into a path and is its own.
 */
export async function findWorkspace(app: Runtime, customerId: string, inventoryId: string): Promise<Found> {
  const inventory = await findCompleted(app, inventoryId);
  const all = await app.ledger.inventories.readPart<Workspace>(inventory.id, 'workspaces');
  const wanted = customerId.trim().toLowerCase();
  const workspace = all.find((one) => one.customerId !== '' && one.customerId.toLowerCase() === wanted);
  if (workspace !== undefined) return { inventory, workspace };
  throw new Problem(
    'workspaceNotFound',
    `The inventory "${inventory.id}" has no workspace "${customerId}"; address it by its customer id (a GUID), as GET /api/connectors lists it.`,
  );
}

/** Where the machines that depend on a workspace are listed. */
export function impactLink(customerId: string): string {
  return `/api/connectors/${customerId}/impact`;
}
