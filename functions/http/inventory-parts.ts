import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { isAmaExtension, isLegacyExtension } from '../../shared/model/agents.ts';
import { type EstateFinding, FINDINGS, type FindingCode } from '../../shared/model/findings.ts';
import { normalizeId, normalizeRegion } from '../../shared/model/ids.ts';
import type { Machine, Workspace } from '../../shared/model/machine.ts';
import { REASONS, type ReasonCode } from '../../shared/model/reasons.ts';
import { type CsvColumn, pageResponse } from './csv.ts';
import { endpoint, readQuery } from './endpoint.ts';
import { findCompleted } from './inventories.ts';
import { collectPage, listPage } from './pages.ts';
import { ListQuery, MachinePageQuery } from './schemas.ts';

export const MachinesQuery = MachinePageQuery.extend({
  kind: z.enum(['azureVm', 'scaleSet', 'arcServer', 'unmanaged']).optional(),
  os: z.enum(['windows', 'linux', 'unknown']).optional(),
  status: z.enum(['ready', 'alreadyMigrated', 'notApplicable', 'blocked']).optional(),
  reason: z.enum(Object.keys(REASONS) as [ReasonCode, ...ReasonCode[]]).optional(),
  finding: z.enum(Object.keys(FINDINGS) as [FindingCode, ...FindingCode[]]).optional(),
  subscription: z.guid().optional(),
  region: z.string().min(1).transform(normalizeRegion).optional(),
  workspace: z.string().min(1).transform(normalizeId).optional(),
  search: z
    .string()
    .max(200)
    .transform((text) => text.trim().toLowerCase())
    .optional(),
});
type MachinesQuery = z.infer<typeof MachinesQuery>;

/** `GET /inventories/{id}/machines`: paged and filtered; JSON or CSV by Accept. */
export const getInventoryMachines = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const inventory = await findCompleted(app, request.params['id'] ?? '');
  const query = readQuery(request, MachinesQuery);
  const { items, next } = await collectPage(
    query,
    async (limit, after) => {
      const page = await app.ledger.inventories.machinePage(inventory.id, limit, after);
      const found = page.machines.map(({ key, machine }) => ({ key, item: machine }));
      return { found, next: page.next };
    },
    (machine) => isWanted(machine, query),
  );
  return pageResponse(request, { name: 'machines', items, next }, MACHINE_COLUMNS);
});

function isWanted(machine: Machine, query: MachinesQuery): boolean {
  const { assessment, findings } = machine;
  return (
    (query.search === undefined || machine.id.includes(query.search)) &&
    (query.kind === undefined || machine.kind === query.kind) &&
    (query.os === undefined || machine.os === query.os) &&
    (query.status === undefined || assessment.status === query.status) &&
    (query.reason === undefined ||
      (assessment.status === 'blocked' && assessment.reasons.some(({ code }) => code === query.reason))) &&
    (query.finding === undefined || findings.some(({ code }) => code === query.finding)) &&
    (query.subscription === undefined || machine.subscriptionId === query.subscription.toLowerCase()) &&
    (query.region === undefined || machine.region === query.region) &&
    (query.workspace === undefined ||
      machine.legacyWorkspaces.includes(query.workspace) ||
      machine.reports.some(({ workspaceId }) => workspaceId === query.workspace))
  );
}

const MACHINE_COLUMNS: readonly CsvColumn<Machine>[] = [
  { header: 'id', value: ({ resourceId }) => resourceId },
  { header: 'name', value: ({ name }) => name },
  { header: 'kind', value: ({ kind }) => kind },
  { header: 'subscription', value: ({ subscriptionId }) => subscriptionId },
  { header: 'resourceGroup', value: ({ resourceGroup }) => resourceGroup },
  { header: 'region', value: ({ region }) => region },
  { header: 'os', value: ({ os }) => os },
  { header: 'osName', value: ({ osName }) => osName },
  { header: 'osVersion', value: ({ osVersion }) => osVersion },
  { header: 'availability', value: ({ availability }) => availability },
  { header: 'legacyAgent', value: ({ extensions }) => extensions.some(isLegacyExtension) },
  { header: 'azureMonitorAgent', value: ({ extensions }) => extensions.some(isAmaExtension) },
  { header: 'workspaces', value: ({ legacyWorkspaces }) => legacyWorkspaces.join(' ') },
  { header: 'lastLegacyHeartbeat', value: ({ heartbeats }) => heartbeats.legacy },
  { header: 'lastAmaHeartbeat', value: ({ heartbeats }) => heartbeats.ama },
  { header: 'lastScomHeartbeat', value: ({ heartbeats }) => heartbeats.scom },
  { header: 'assessment', value: ({ assessment }) => assessment.status },
  { header: 'reasons', value: ({ assessment }) => reasonsOf(assessment, ({ code }) => code) },
  { header: 'whatToDo', value: ({ assessment }) => reasonsOf(assessment, ({ code }) => REASONS[code].text) },
  {
    header: 'whoMustAct',
    value: ({ assessment }) => reasonsOf(assessment, ({ code }) => REASONS[code].needs),
  },
  { header: 'findings', value: ({ findings }) => findings.map(({ code }) => code).join(' ') },
];

function reasonsOf(
  assessment: Machine['assessment'],
  text: (reason: { code: ReasonCode }) => string,
): string {
  return assessment.status === 'blocked' ? [...new Set(assessment.reasons.map(text))].join(' ') : '';
}

/** `GET /inventories/{id}/workspaces`: who writes where, and how much. */
export const getInventoryWorkspaces = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const inventory = await findCompleted(app, request.params['id'] ?? '');
  const query = readQuery(request, ListQuery);
  const unread = await app.ledger.inventories.readPart(inventory.id, 'unreadWorkspaces');
  const workspaces = await app.ledger.inventories.readPart<Workspace>(inventory.id, 'workspaces');
  const { items, next } = listPage(workspaces, query);
  return { jsonBody: { workspaces: items, unread, ...(next !== undefined && { next }) } };
});

/** `GET /inventories/{id}/findings`: what a person should know or do; JSON or CSV by Accept. */
export const getInventoryFindings = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const inventory = await findCompleted(app, request.params['id'] ?? '');
  const query = readQuery(request, ListQuery);
  const estate = await app.ledger.inventories.readPart<EstateFinding>(inventory.id, 'findings');
  const findings = estate.map((finding) => ({ ...finding, ...FINDINGS[finding.code] })).sort(bySeverity);
  const { items, next } = listPage(findings, query);
  const estateCodes = Map.groupBy(estate, ({ code }) => code);
  // What machines have is counted here and listed by GET …/machines?finding=CODE.
  const machines = Object.entries(inventory.summary?.findings ?? {})
    .map(([name, count]) => {
      const code = name as FindingCode;
      return { code, machines: (count ?? 0) - (estateCodes.get(code)?.length ?? 0), ...FINDINGS[code] };
    })
    .filter((finding) => finding.machines > 0)
    .sort(bySeverity);
  return pageResponse(request, { name: 'findings', items, next, about: { machines } }, FINDING_COLUMNS);
});

type ShownFinding = EstateFinding & (typeof FINDINGS)[FindingCode];

const FINDING_COLUMNS: readonly CsvColumn<ShownFinding>[] = [
  { header: 'severity', value: ({ severity }) => severity },
  { header: 'code', value: ({ code }) => code },
  { header: 'about', value: ({ subject }) => subject.kind },
  { header: 'id', value: ({ subject }) => subject.id },
  { header: 'finding', value: ({ text }) => text },
  { header: 'detail', value: ({ detail }) => detail },
  { header: 'whatToDo', value: ({ action }) => action },
  { header: 'whoMustAct', value: ({ needs }) => needs },
  { header: 'fix', value: ({ fix }) => fix },
];

const RANK = { action: 0, warning: 1, info: 2 } as const;

function bySeverity(
  a: { severity: keyof typeof RANK; code: string },
  b: { severity: keyof typeof RANK; code: string },
): number {
  return RANK[a.severity] - RANK[b.severity] || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
}
