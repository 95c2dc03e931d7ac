import { z } from 'zod';
import { type Api, createApi } from '../../rehearsal/drive/api.ts';
import type { EstateFile } from '../../rehearsal/estate/index.ts';
import { joinClock, type Participant } from '../../rehearsal/participant.ts';
import { startSession } from '../../rehearsal/session.ts';
import type { MachineChange } from '../../shared/inventory/diff.ts';
import type { EstateFinding, FindingCode, Severity } from '../../shared/model/findings.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { Machine, Workspace } from '../../shared/model/machine.ts';
import type { BlockedMachine, Plan, PlannedMachine } from '../../shared/model/plan.ts';
import { judgedFetch } from './contract/described.ts';

const MINUTE = 60_000;
/** Looks at an inventory that does not end before a scenario gives up: a simulated week. */
const PATIENCE = 7 * 24 * 60;

export type ShownFinding = EstateFinding & { readonly severity: Severity; readonly action: string };

export interface Diff {
  readonly counts: Readonly<Record<string, { before: number; after: number }>>;
  readonly changes: readonly MachineChange[];
}

/** What scenarios ask of inventories, through the API alone. */
export function inventories(here: () => { readonly api: Api; readonly participant: Participant }) {
  const get = async <T>(path: string) => (await here().api.get(path, z.custom<T>())).body;

  /** All items of a paged list, each page as small as `limit`. */
  async function every<T>(path: string, field: string, limit: number): Promise<T[]> {
    const items: T[] = [];
    const joint = path.includes('?') ? '&' : '?';
    let after = '';
    do {
      const page = await get<Record<string, unknown>>(`${path}${joint}limit=${limit}${after}`);
      items.push(...(page[field] as T[]));
      after = page['next'] === undefined ? '' : `&after=${encodeURIComponent(String(page['next']))}`;
    } while (after !== '');
    return items;
  }

  const inventory = {
    /** Asks for an inventory; its id. */
    async start(scope?: object, idempotencyKey?: string): Promise<string> {
      const body = scope === undefined ? {} : { scope };
      return (await here().api.post('/inventories', z.object({ id: z.string() }), body, idempotencyKey)).body
        .id;
    },

    /** The inventory once it has ended. */
    async ended(id: string): Promise<Inventory> {
      for (let looks = 0; looks < PATIENCE; looks += 1) {
        const found = await get<Inventory>(`/inventories/${id}`);
        if (found.status !== 'running') return found;
        await here().participant.sleep(MINUTE);
      }
      throw new Error(`inventory ${id} does not end`);
    },

    async take(scope?: object): Promise<Inventory> {
      return inventory.ended(await inventory.start(scope));
    },

    /** Its machines by normalised id; a machine that is listed twice is a fault of the list. */
    async machines(id = 'latest', query = '', limit = 1000): Promise<Map<string, Machine>> {
      const all = await every<Machine>(`/inventories/${id}/machines${query}`, 'machines', limit);
      const byId = new Map(all.map((machine) => [machine.id, machine]));
      if (byId.size !== all.length) throw new Error('a machine is listed twice');
      return byId;
    },

    async machine(resourceId: string, id = 'latest'): Promise<Machine> {
      const found = (await inventory.machines(id)).get(resourceId.toLowerCase());
      if (found === undefined) throw new Error(`no ${resourceId} in the inventory`);
      return found;
    },

    async findings(id = 'latest'): Promise<{
      findings: ShownFinding[];
      machines: { code: FindingCode; machines: number }[];
    }> {
      return get(`/inventories/${id}/findings`);
    },

    /** Findings of one code that are not about a machine. */
    async finding(code: FindingCode, id = 'latest'): Promise<ShownFinding[]> {
      return (await inventory.findings(id)).findings.filter((finding) => finding.code === code);
    },

    async workspaces(id = 'latest'): Promise<{
      workspaces: Workspace[];
      unread: { id: string; reason: string }[];
    }> {
      return get(`/inventories/${id}/workspaces`);
    },

    /** A plan, and all machines it blocks with the codes of their reasons. */
    async plan(request: object = {}): Promise<{ plan: Plan; blocked: Map<string, string[]> }> {
      const { body: plan } = await here().api.post('/plans', z.custom<Plan>(), request);
      const blocked = await every<BlockedMachine>(`/plans/${plan.id}/blocked`, 'machines', 1000);
      return {
        plan,
        blocked: new Map(
          blocked.map(({ machineId, reasons }) => [machineId, reasons.map(({ code }) => code)]),
        ),
      };
    },

    /** The machines of every wave of a plan. */
    async planned(plan: Plan, limit = 1000): Promise<PlannedMachine[][]> {
      const waves: PlannedMachine[][] = [];
      for (const { index } of plan.waves)
        waves.push(
          await every<PlannedMachine>(`/plans/${plan.id}/waves/${index}/machines`, 'machines', limit),
        );
      return waves;
    },

    async diff(id: string, from: string): Promise<Diff> {
      const changes = await every<MachineChange>(`/inventories/${id}/diff?from=${from}`, 'changes', 1);
      const { counts } = await get<Diff>(`/inventories/${id}/diff?from=${from}`);
      return { counts, changes };
    },

    /** Everything an inventory says, without its own name and dates: two of the same estate are equal. */
    async content(id: string): Promise<unknown> {
      const { status, problem, scope, summary } = await get<Inventory>(`/inventories/${id}`);
      const { resourceGraphPages: _, ...counts } = summary ?? { resourceGraphPages: 0 };
      return {
        status,
        problem,
        scope,
        counts,
        machines: [...(await inventory.machines(id)).values()],
        findings: await inventory.findings(id),
        workspaces: await inventory.workspaces(id),
      };
    },
  };
  return inventory;
}

/** What an undisturbed inventory of an estate says, without dates. Not while a scenario has an estate open. */
export async function undisturbed(file: EstateFile, scope?: object): Promise<unknown> {
  const session = await startSession({ file });
  const participant = joinClock(session.clock);
  try {
    const { key } = session.host;
    const fetch = judgedFetch(session.host);
    const api = createApi({ url: 'http://127.0.0.1', key, fetch });
    const inventory = inventories(() => ({ api, participant }));
    return undated(await inventory.content((await inventory.take(scope)).id));
  } finally {
    participant.leave();
    await session.close();
  }
}

/** The same with every instant taken out, and volumes without what minutes add to them. */
export function undated(content: unknown): unknown {
  return JSON.parse(
    JSON.stringify(content, (name, value) =>
      name === 'megabytesPerDay' ? Math.round(value) : value,
    ).replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'INSTANT'),
  );
}

/** Codes of what was found about a machine, in order. */
export function codesOf({ findings }: Machine): string[] {
  return findings.map(({ code }) => code);
}

/** Why a machine is blocked, or how it stands. */
export function standing({ assessment }: Machine): string | string[] {
  return assessment.status === 'blocked' ? assessment.reasons.map(({ code }) => code) : assessment.status;
}
